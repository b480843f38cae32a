// A short list on the dashboard. It keeps its height, whatever comes and goes in it.
import type { ReactNode } from "react";
import { useId } from "react";
import { Link } from "react-router";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";

/** As many rows as a panel has room for. */
export const ROWS = 4;

export const ROW =
  "flex h-11 items-center gap-3 px-3.5 text-sm -outline-offset-2 [a&]:hover:bg-canvas [a]:-outline-offset-2";

interface PanelProps<Item> {
  title: string;
  /** Where all of them are. */
  all: string;
  /** The rest of them, where one list can't show all. */
  rest?: { to: string; label: string };
  query: {
    data: readonly Item[] | undefined;
    error: unknown;
    refetch: () => unknown;
  };
  row: (item: Item) => ReactNode;
  keyOf: (item: Item) => string;
  empty: ReactNode;
}

export function Panel<Item>({ title, all, rest, query, row, keyOf, empty }: PanelProps<Item>) {
  const id = useId();
  const { data, error } = query;
  return (
    <section aria-labelledby={id} className="min-w-0 overflow-hidden rounded-lg border border-line">
      <div className="flex h-10 items-center gap-2 border-b border-line px-3.5">
        <h2 id={id} className="flex-1 font-medium">
          {title}
        </h2>
        <Link to={all} aria-label={t("{{what}}: show all", { what: title })} className="text-sm text-accent">
          {t("All")}
        </Link>
        {rest && (
          <Link to={rest.to} className="text-sm text-accent">
            {rest.label}
          </Link>
        )}
      </div>
      <div className="flex min-h-45 flex-col">
        {data && data.length > 0 && (
          <ul className="divide-y divide-line">
            {data.slice(0, ROWS).map((item) => (
              <li key={keyOf(item)}>{row(item)}</li>
            ))}
          </ul>
        )}
        {data?.length === 0 && (
          <p className="m-auto max-w-xs px-3.5 py-3 text-center text-sm text-muted">{empty}</p>
        )}
        {!data && error !== null && (
          <div className="p-3">
            <FailureNotice
              failure={error}
              title={t("This could not be read")}
              onRetry={() => query.refetch()}
            />
          </div>
        )}
        {!data && error === null && <Waiting title={title} />}
      </div>
    </section>
  );
}

function Waiting({ title }: { title: string }) {
  return (
    <div
      role="status"
      aria-label={t("{{what}}: being read", { what: title })}
      className="space-y-2 p-3.5 motion-safe:animate-pulse"
    >
      <div className="h-7 rounded-md bg-sunken" />
      <div className="h-7 rounded-md bg-sunken" />
      <div className="h-7 rounded-md bg-sunken" />
    </div>
  );
}
