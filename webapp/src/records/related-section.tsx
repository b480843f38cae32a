// The records that refer to the one on screen, a few of them, with the way to all and to another.
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useId } from "react";
import { buttonClass } from "@/components/button";
import { columnsOf, defaultColumns } from "./columns";
import { FaultPanel } from "./fault-panel";
import { useHost, useOpen } from "./host";
import { type Model, modelOf, type RecordData, type Referrer } from "./manifest";
import { pageQuery } from "./queries";
import { RecordCell, RecordName } from "./slots";
import { singular } from "./titles";

const SHOWN = 5;
const ROW = "flex h-10 items-center gap-3 px-3";

export function RelatedSection({ referrer, id }: { referrer: Referrer; id: string }) {
  const { manifest } = useHost();
  const model = modelOf(manifest, referrer.model);
  return model ? <Related model={model} referrer={referrer} id={id} /> : null;
}

function Related({ model, referrer, id }: { model: Model; referrer: Referrer; id: string }) {
  const { client, words, path, Link } = useHost();
  const headingId = useId();
  const search = new URLSearchParams({ [referrer.key]: id });
  const query = new URLSearchParams({ limit: String(SHOWN), [referrer.key]: id }).toString();
  const page = useQuery(pageQuery(client, model, query, null));
  const name = referrer.name.replaceAll("_", " ");
  const isOwnName = name === model.label.toLowerCase();
  const items = page.data?.items ?? [];
  return (
    <section aria-labelledby={headingId} className="space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <h2 id={headingId} className="flex-1 font-medium">
          {model.label}
          {!isOwnName && <span className="font-normal text-muted"> · {name}</span>}
        </h2>
        {items.length > 0 && (
          <Link to={path({ model: model.name, mode: "list", search })} className={buttonClass("quiet")}>
            {words.showAll}
          </Link>
        )}
        {model.can.create && (
          <Link to={path({ model: model.name, mode: "new", search })} className={buttonClass()}>
            <Plus aria-hidden />
            {words.create(singular(model.label))}
          </Link>
        )}
      </div>
      {page.isError && (
        <FaultPanel error={page.error} title={words.notRead(model.label)} onRetry={() => page.refetch()} />
      )}
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line text-sm">
        {items.map((record) => (
          <RelatedRow key={record.id} model={model} record={record} without={referrer.key} />
        ))}
        {page.isPending && <li className={`${ROW} bg-sunken motion-safe:animate-pulse`} />}
        {page.isSuccess && items.length === 0 && <li className={`${ROW} text-muted`}>{words.noneChosen}</li>}
      </ul>
    </section>
  );
}

function RelatedRow({ model, record, without }: { model: Model; record: RecordData; without: string }) {
  const { Link } = useHost();
  const open = useOpen();
  const shown = defaultColumns(model).filter((key) => key !== model.display && key !== without);
  const columns = columnsOf(model).filter(({ key }) => shown.slice(0, 3).includes(key));
  return (
    <li>
      <Link to={open(model.name, record.id)} className={`${ROW} -outline-offset-2 hover:bg-canvas`}>
        <span className="min-w-0 flex-[2] truncate font-medium">
          <RecordName model={model} record={record} />
        </span>
        {columns.map((column) => (
          <span key={column.key} className="min-w-0 flex-1 truncate text-muted max-sm:hidden">
            <RecordCell model={model} column={column} record={record} />
          </span>
        ))}
      </Link>
    </li>
  );
}
