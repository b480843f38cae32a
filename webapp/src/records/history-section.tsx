// The history of a record, newest first, as the log has it.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Button } from "@/components/button";
import { Cell } from "./cell";
import { columnsOf } from "./columns";
import { FaultPanel } from "./fault-panel";
import { formatValue } from "./format";
import { type Change, readHappening } from "./history";
import { useHost } from "./host";
import type { Model } from "./manifest";

const MOMENT = { type: "datetime", options: {} } as const;

export function HistorySection({ model, id }: { model: Model; id: string }) {
  const { client, words, manner, told } = useHost();
  const headingId = useId();
  const query = useInfiniteQuery({
    queryKey: ["records", model.name, "history", id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => client.history(model, id, pageParam, signal),
    getNextPageParam: (page) => page.next_cursor,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby={headingId} className="space-y-2">
      <h2 id={headingId} className="font-medium">
        {words.history}
      </h2>
      {query.isError && (
        <FaultPanel
          error={query.error}
          title={words.notRead(words.history)}
          onRetry={() => query.refetch()}
        />
      )}
      {query.isSuccess && entries.length === 0 && <p className="text-sm text-muted">{words.noHistory}</p>}
      <ol className="space-y-3 border-l border-line pl-4 text-sm">
        {entries.map((entry, index) => {
          const { at, who, what, changes, isRefused } = readHappening(entry);
          return (
            <li key={String(entry.seq ?? entry.id ?? index)} className="space-y-1">
              <p>
                <span className={isRefused ? "font-medium text-bad first-letter:uppercase" : "font-medium"}>
                  {told ? <told.Action entry={entry} /> : what}
                </span>{" "}
                <span className="text-muted">
                  {words.by(who ?? words.system)} ·{" "}
                  <time dateTime={at}>{formatValue(MOMENT, at, manner)}</time>
                </span>
                {told && <told.Outcome entry={entry} />}
              </p>
              {changes.length > 0 && (
                <ul className="space-y-0.5 text-muted">
                  {changes.map((change) => (
                    <ChangeLine key={change.key} model={model} change={change} />
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? words.loading : words.more}
        </Button>
      )}
    </section>
  );
}

function ChangeLine({ model, change }: { model: Model; change: Change }) {
  const column = columnsOf(model).find(({ key }) => key === change.key);
  if (!column) return <li>{change.key.replaceAll("_", " ")}</li>;
  return (
    <li className="flex flex-wrap gap-x-1.5">
      {column.label}: <Cell column={column} value={change.before} /> <span aria-hidden>→</span>
      <span className="text-ink">
        <Cell column={column} value={change.after} />
      </span>
    </li>
  );
}
