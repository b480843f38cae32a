// One record: its values, what refers to it, what can be done with it, and what has happened to it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button, buttonClass } from "@/components/button";
import { Cell, WholeValue } from "./cell";
import { type Column, columnsOf, isCarried } from "./columns";
import { idsOf } from "./draft";
import { FaultPanel } from "./fault-panel";
import { HistorySection } from "./history-section";
import { useHost, useRefresh } from "./host";
import { newKey } from "./key";
import { type Action, type Model, modelOf, type RecordData } from "./manifest";
import { MissingRecord } from "./missing-record";
import { recordQuery } from "./queries";
import { RelatedSection } from "./related-section";
import { RelatedLink } from "./related-title";
import { DetailSkeleton } from "./skeletons";
import { useSlots } from "./slots";
import { useSure } from "./sure";
import { oneOf, titleOf } from "./titles";

interface RecordDetailProps {
  model: Model;
  id: string;
  /** What the host knows beyond the description of the model, under the values. */
  children?: ReactNode;
  onDeleted?: () => void;
  /** Without title and actions, for a host that has a place for them: `useRecordTitle` and `RecordActions`. */
  bare?: boolean;
}

export function RecordDetail({ model, id, children, onDeleted, bare = false }: RecordDetailProps) {
  const { client } = useHost();
  const query = useQuery(recordQuery(client, model, id));
  const record = query.data?.record;
  if (query.isError && !record)
    return (
      <>
        {!bare && <h1 className="sr-only">{oneOf(model)}</h1>}
        <MissingRecord model={model} error={query.error} onRetry={() => query.refetch()} />
      </>
    );
  return (
    <div className="space-y-6">
      {!bare && (
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="min-w-0 flex-1 basis-52 truncate text-xl font-semibold max-sm:basis-full">
            {record ? titleOf(model, record) : "\u00a0"}
          </h1>
          <RecordActions model={model} id={id} onDeleted={onDeleted} />
        </div>
      )}
      {record ? <Values model={model} record={record} /> : <DetailSkeleton model={model} />}
      {children}
      {model.referrers.map((referrer) => (
        <RelatedSection key={`${referrer.model} ${referrer.key}`} referrer={referrer} id={id} />
      ))}
      {model.history && <HistorySection model={model} id={id} />}
    </div>
  );
}

/** The title of a record's page, for the host's own heading. */
export function useRecordTitle(model: Model, id: string): string | undefined {
  const { client } = useHost();
  const record = useQuery(recordQuery(client, model, id)).data?.record;
  return record && titleOf(model, record);
}

/** A record as its page has read it, for what the host shows there beside it. */
export function useRecord(name: string, id: string): RecordData | undefined {
  const { client, manifest } = useHost();
  const model = modelOf(manifest, name) ?? manifest.models[0];
  const query = useQuery({ ...recordQuery(client, model as Model, id), enabled: model?.name === name });
  return query.data?.record;
}

function Values({ model, record }: { model: Model; record: RecordData }) {
  const columns = columnsOf(model).filter((column) => isCarried(column, [record]));
  return (
    <dl className="overflow-hidden rounded-lg border border-line text-sm">
      {columns.map((column) => (
        <div
          key={column.key}
          className="grid gap-x-4 gap-y-0.5 border-b border-line px-4 py-2.5 last:border-b-0 sm:grid-cols-[11rem_1fr]"
        >
          <dt className="text-muted">{column.label}</dt>
          <dd className="min-w-0">
            <Value model={model} column={column} record={record} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ model, column, record }: { model: Model; column: Column; record: RecordData }) {
  const Own = useSlots(model).cells?.[column.key];
  if (Own && column.key !== model.display) return <Own record={record} />;
  const value = record[column.key];
  const target = column.relation?.target;
  if (target === undefined) return <WholeValue column={column} value={value} />;
  const ids = idsOf(value);
  if (ids.length === 0) return <Cell column={column} value={null} />;
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {ids.map((id) => (
        <li key={id}>
          <RelatedLink target={target} id={id} />
        </li>
      ))}
    </ul>
  );
}

interface RecordActionsProps {
  model: Model;
  id: string;
  /** Names of actions for which the host has buttons of its own. */
  without?: readonly string[];
  onDeleted?: () => void;
}

/** What can be done with a record: the actions of its model, editing, deleting. */
export function RecordActions({ model, id, without = [], onDeleted }: RecordActionsProps) {
  const { words, client, path, go, notify, Link } = useHost();
  const queries = useQueryClient();
  const query = useQuery(recordQuery(client, model, id));
  const record = query.data?.record;
  const refresh = useRefresh();
  const noteId = useId();
  const sure = useSure();
  const act = useMutation({
    mutationFn: (action: Action) => client.act(action.method, action.path, id, newKey()),
    onSuccess: (_nothing, action) => {
      notify(`${action.label}: ${words.done.toLowerCase()}.`);
      return refresh(model);
    },
  });
  const remove = useMutation({
    mutationFn: async () => {
      // As it was seen; or, where it was just saved, as it is read again this moment.
      const seen = { ...recordQuery(client, model, id), staleTime: Number.POSITIVE_INFINITY };
      const { etag } = await queries.fetchQuery(seen);
      await client.remove(model, id, etag);
    },
    meta: { touchesNoRecords: true },
    onSuccess: async () => {
      notify(words.deleted);
      if (onDeleted) onDeleted();
      else go(path({ model: model.name, mode: "list" }), { replace: true });
      // Whatever is on screen may be about it, but of what is gone itself nothing is asked any more.
      await queries.invalidateQueries({
        queryKey: ["records"],
        predicate: ({ queryKey }) => !queryKey.includes(id),
      });
    },
    // What was seen may have been changed: it is shown as it is now.
    onError: () => queries.invalidateQueries({ queryKey: recordQuery(client, model, id).queryKey }),
  });
  const error = act.error ?? remove.error;
  const title = record ? titleOf(model, record) : "";
  // Where there is no record there is nothing to be done with it.
  if (query.isError && !record) return null;
  return (
    <>
      {model.actions
        .filter(({ name }) => !without.includes(name))
        .map((action) => (
          <Button
            key={action.name}
            disabled={act.isPending || !record}
            className={action.danger ? "text-bad" : ""}
            aria-describedby={error ? noteId : undefined}
            onClick={() => {
              const question = action.confirm ?? (action.danger ? `${action.label} – ${title}?` : null);
              if (question === null) act.mutate(action);
              else sure.ask({ question, label: action.label, onSure: () => act.mutate(action) });
            }}
          >
            {action.label}
          </Button>
        ))}
      {model.can.update && (
        <Link to={path({ model: model.name, mode: "edit", id })} className={buttonClass("primary")}>
          <Pencil aria-hidden />
          <span className="max-sm:sr-only">{words.edit}</span>
        </Link>
      )}
      {model.can.delete && (
        <Button
          className="text-bad"
          disabled={remove.isPending || !record}
          onClick={() =>
            sure.ask({
              question: words.deleteSure(title, model.comesBack),
              label: words.delete,
              onSure: () => remove.mutate(),
            })
          }
        >
          <Trash2 aria-hidden />
          <span className="max-sm:sr-only">{words.delete}</span>
        </Button>
      )}
      {sure.question}
      {error && (
        <div id={noteId} className="basis-full">
          <FaultPanel error={error} title={words.notDone} />
        </div>
      )}
    </>
  );
}
