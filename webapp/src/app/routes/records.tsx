// The screens of records: whatever the server describes has its list, its form and its detail here, at the address that
// the table of places gives it, or below /records.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, Suspense, useState } from "react";
import {
  Navigate,
  Outlet,
  useLocation,
  useNavigation,
  useOutletContext,
  useParams,
  useSearchParams,
} from "react-router";
import { Crumbs } from "@/components/crumbs";
import { Page } from "@/components/page";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import {
  type Model,
  modelOf,
  oneOf,
  RecordActions,
  RecordDetail,
  RecordForm,
  RecordList,
  recordsKey,
  useRecord,
  useRecordTitle,
} from "@/records";
import { loadTogether } from "../later";
import { baseOf, PLACES, recordPath } from "../places";
import { LatheRecords } from "../record-host";
import { RECORD_SECTIONS, type RecordSections } from "../record-sections";
import { NotFoundPage } from "./not-found";
import { Withheld, writing } from "./withheld";

/** The frame of a model's screens: of the place that this address is below, or of what /records/<model> names. */
export function RecordsLayout() {
  const { model: named } = useParams();
  const { pathname, search } = useLocation();
  const place = PLACES.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  const name = place?.model ?? named ?? "";
  const old = `/records/${encodeURIComponent(name)}`;
  if (place === undefined && baseOf(name) !== old && pathname.startsWith(old))
    return <Navigate to={baseOf(name) + pathname.slice(old.length) + search} replace />;
  return <RecordsOf name={name} otherwise={place ? undefined : <NotFoundPage />} />;
}

interface RecordsOfProps {
  /** The name of the model, as the server describes it. */
  name: string;
  /** What stands here when it describes no such model. */
  otherwise?: ReactNode;
}

/** The frame of the screens of one model. */
export function RecordsOf({ name, otherwise }: RecordsOfProps) {
  const place = PLACES.find(({ model }) => model === name);
  return (
    <LatheRecords>
      {(manifest) => {
        const model = modelOf(manifest, name);
        // The server describes only what one's role may see.
        return model ? <Outlet context={model} /> : (otherwise ?? <Withheld takes={place?.takes} />);
      }}
    </LatheRecords>
  );
}

/** What stands above a list is loaded before it is drawn: coming later, it would move the rows from under a mouse. */
export async function loadListParts(path: string): Promise<void> {
  const model = PLACES.find(({ to }) => to === path)?.model;
  const { create, above } = RECORD_SECTIONS[model ?? ""] ?? {};
  await loadTogether([create, above]);
}

/** What a list has beyond its description comes from the table, or from the component that is the list of a place. */
export function RecordListPage(own: Pick<RecordSections, "create" | "empty">) {
  const model = useOutletContext<Model>();
  const [search, setSearch] = useSearchParams();
  const { pathname } = useLocation();
  const next = useNavigation().location;
  // Words that were typed just before a row was opened must not call back whoever is on their way to it.
  const isLeaving = next !== undefined && next.pathname !== pathname;
  const sections = { ...RECORD_SECTIONS[model.name], ...own };
  const { create: Create, empty: Empty, above: Above, below: Below } = sections;
  return (
    <Page title={model.label} fill>
      <Suspense>{Above && <Above />}</Suspense>
      <RecordList
        model={model}
        search={search}
        onSearch={(asked, options) => {
          if (!isLeaving) setSearch(asked, options);
        }}
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
  const one = oneOf(model);
  const Form = RECORD_SECTIONS[model.name]?.form;
  const title = id === undefined ? t("New {{one}}", { one }) : t("Edit {{one}}", { one });
  const can = id === undefined ? model.can.create : model.can.update;
  if (!Form && !can) {
    const list = { to: recordPath({ model: model.name, mode: "list" }), label: model.label };
    return <Withheld takes={writing(model.name)} list={list} />;
  }
  return (
    <Page title={title} heading={<Heading model={model} title={title} />}>
      <div className="max-w-4xl">
        {Form ? (
          <Suspense>
            <Form id={id} />
            {id !== undefined && <FurtherFields model={model} id={id} />}
          </Suspense>
        ) : (
          <RecordForm model={model} id={id} preset={preset} />
        )}
      </div>
    </Page>
  );
}

/** What the workspace has declared besides, which no form made by hand knows. */
function FurtherFields({ model, id }: { model: Model; id: string }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(0);
  const fields = model.fields.filter(({ extra }) => extra);
  // It stays here, since the form above may hold what was typed and not saved; and it begins anew with what is there now.
  const goOn = async () => {
    await queries.invalidateQueries({ queryKey: recordsKey(model.name) });
    setSaved((before) => before + 1);
  };
  if (fields.length === 0 || !model.can.update) return null;
  return (
    <div className="mt-6">
      <Section title={t("Further fields of this workspace")}>
        <RecordForm
          key={saved}
          model={{ ...model, fields, relations: [] }}
          id={id}
          onSaved={() => void goOn()}
        />
      </Section>
    </div>
  );
}

type OwnOfPage = Pick<RecordSections, "lead" | "detail" | "actions" | "replaces">;

export function RecordPage(own: OwnOfPage) {
  const model = useOutletContext<Model>();
  // The page of another model is another one: models have hooks of their own.
  return <RecordPageOf key={model.name} model={model} own={own} />;
}

function RecordPageOf({ model, own }: { model: Model; own: OwnOfPage }) {
  const { id = "" } = useParams();
  const {
    lead: Lead,
    detail: Detail,
    actions: Actions,
    replaces,
    useTitle = useText,
  } = { ...RECORD_SECTIONS[model.name], ...own };
  const name = useTitle(useRecordTitle(model, id)) ?? oneOf(model);
  const label = textOf(useRecord(model.name, id)?.label) || undefined;
  const title = label ?? name;
  return (
    <Page
      title={title}
      heading={<Heading model={model} title={title} name={label === name ? undefined : label && name} />}
      actions={
        <>
          <Suspense>{Actions && <Actions key={id} id={id} />}</Suspense>
          <RecordActions model={offered(model, replaces)} id={id} without={replaces} />
        </>
      }
    >
      <div className="max-w-4xl space-y-6">
        <Suspense>{Lead && <Lead key={id} id={id} />}</Suspense>
        <RecordDetail model={model} id={id} bare>
          <Suspense>{Detail && <Detail key={id} id={id} />}</Suspense>
        </RecordDetail>
      </div>
    </Page>
  );
}

/** Most records are called what their naming text says. */
function useText(text: string | undefined): string | undefined {
  return text;
}

/** The model without what its page has buttons of its own for. */
function offered(model: Model, replaces: readonly string[] = []): Model {
  return replaces.includes("delete") ? { ...model, can: { ...model.can, delete: false } } : model;
}

interface HeadingProps {
  model: Model;
  title: string;
  /** The name by which documents know it, where people call it otherwise. */
  name?: string | undefined;
}

function Heading({ model, title, name }: HeadingProps) {
  const parent = { to: recordPath({ model: model.name, mode: "list" }), label: model.label };
  return (
    <Crumbs parent={parent} title={title}>
      {name && <code className="font-mono text-xs text-muted">{name}</code>}
    </Crumbs>
  );
}
