// /records/<model> and below: whatever the server describes has its list, its form and its detail here.
import { ChevronLeft } from "lucide-react";
import { Suspense } from "react";
import { Link, Outlet, useOutletContext, useParams, useSearchParams } from "react-router";
import { Page } from "@/components/page";
import {
  type Model,
  modelOf,
  RecordActions,
  RecordDetail,
  RecordForm,
  RecordList,
  singular,
  useRecordTitle,
} from "@/records";
import { LatheRecords, recordPath } from "../record-host";
import { RECORD_SECTIONS } from "../record-sections";
import { NotFoundPage } from "./not-found";

export function RecordsLayout() {
  const { model: name = "" } = useParams();
  return (
    <LatheRecords>
      {(manifest) => {
        const model = modelOf(manifest, name);
        return model ? <Outlet context={model} /> : <NotFoundPage />;
      }}
    </LatheRecords>
  );
}

export function RecordListPage() {
  const model = useOutletContext<Model>();
  const [search, setSearch] = useSearchParams();
  const { create: Create, empty: Empty, above: Above, below: Below } = RECORD_SECTIONS[model.name] ?? {};
  return (
    <Page title={model.label} fill>
      <Suspense>{Above && <Above />}</Suspense>
      <RecordList
        model={model}
        search={search}
        onSearch={setSearch}
        actions={<Suspense>{Create && <Create />}</Suspense>}
        empty={
          Empty && (
            <Suspense>
              <Empty />
            </Suspense>
          )
        }
      />
      <Suspense>{Below && <Below />}</Suspense>
    </Page>
  );
}

export function RecordFormPage() {
  const model = useOutletContext<Model>();
  const { id } = useParams();
  const [preset] = useSearchParams();
  const one = singular(model.label);
  const Form = RECORD_SECTIONS[model.name]?.form;
  const title = id === undefined ? `New ${one}` : `Edit ${one}`;
  return (
    <Page title={title} heading={<Heading model={model} title={title} />}>
      <div className="max-w-4xl">
        {Form ? (
          <Suspense>
            <Form id={id} />
          </Suspense>
        ) : (
          <RecordForm model={model} id={id} preset={preset} />
        )}
      </div>
    </Page>
  );
}

export function RecordPage() {
  const model = useOutletContext<Model>();
  const { id = "" } = useParams();
  const title = useRecordTitle(model, id) ?? singular(model.label);
  const { detail: Detail, actions: Actions } = RECORD_SECTIONS[model.name] ?? {};
  return (
    <Page
      title={title}
      heading={<Heading model={model} title={title} />}
      actions={
        <>
          <Suspense>{Actions && <Actions id={id} />}</Suspense>
          <RecordActions model={model} id={id} />
        </>
      }
    >
      <div className="max-w-4xl">
        <RecordDetail model={model} id={id} bare>
          <Suspense>{Detail && <Detail id={id} />}</Suspense>
        </RecordDetail>
      </div>
    </Page>
  );
}

function Heading({ model, title }: { model: Model; title: string }) {
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <Link
        to={recordPath({ model: model.name, mode: "list" })}
        className="inline-flex shrink-0 items-center gap-0.5 text-sm text-muted hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" />
        {model.label}
      </Link>
      <h1 className="truncate text-lg font-semibold">{title}</h1>
    </div>
  );
}
