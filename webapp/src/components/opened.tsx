// A form for something that is there already: it begins with what holds now, and when somebody else is faster than who types,
// theirs are shown and either can be kept.
import type { UseQueryResult } from "@tanstack/react-query";
import { Fragment, type ReactNode, useState } from "react";
import { flushSync } from "react-dom";
import { ApiFailure } from "@/api/failure";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { FailureNotice } from "./failure-notice";
import { SkeletonRows } from "./skeleton";

/** What was read, with the mark of what it was then. */
interface Marked {
  etag: string | undefined;
}

/** Who comes from the thing itself sees the form at once; an older copy is read again first. */
const FRESH_MS = 10_000;

interface OpenedProps<V extends Marked> {
  query: UseQueryResult<V>;
  /** What ears are told while it is read. */
  reading: string;
  unreadable: string;
  /** The form, and how it is to begin anew with what somebody else has made of it. */
  children: (opened: V, begin: (theirs: V) => void) => ReactNode;
}

export function Opened<V extends Marked>({ query, reading, unreadable, children }: OpenedProps<V>) {
  // The form keeps the version that it began with, however often it is read meanwhile.
  const [begun, setBegun] = useState<{ version: V }>();
  const isFresh = !query.isFetching || Date.now() - query.dataUpdatedAt < FRESH_MS;
  if (begun === undefined && query.data !== undefined && isFresh) setBegun({ version: query.data });
  if (begun !== undefined)
    return (
      <Fragment key={begun.version.etag}>
        {children(begun.version, (version) => setBegun({ version }))}
      </Fragment>
    );
  if (query.isError && !query.isFetching)
    return <FailureNotice failure={query.error} title={unreadable} onRetry={() => void query.refetch()} />;
  return <SkeletonRows label={reading} />;
}

/** What a form is about, as its fields call it. */
export type Facts = readonly (readonly [label: string, text: string])[];

interface Outdated<V extends Marked> {
  opened: V;
  /** It reads again by itself when a change was refused. */
  query: UseQueryResult<V>;
  change: { error: unknown; reset: () => void };
  factsOf: (version: V) => Facts;
  /** The form begins anew with theirs. */
  onTheirs: (theirs: V) => void;
}

interface Standing {
  /** To be sent along with what is typed. */
  etag: string | undefined;
  /** In the place of what else went wrong, as long as somebody else was faster. */
  outdated: ReactNode;
}

export function useOutdated<V extends Marked>(form: Outdated<V>): Standing {
  const { opened, query, change, factsOf, onTheirs } = form;
  const [seen, setSeen] = useState({ version: opened });
  const isOutdated = change.error instanceof ApiFailure && change.error.status === 412;
  return {
    etag: seen.version.etag,
    outdated: isOutdated ? (
      <OutdatedNotice
        query={query}
        seen={seen.version}
        factsOf={factsOf}
        onTheirs={onTheirs}
        onMine={(version) => {
          setSeen({ version });
          change.reset();
        }}
      />
    ) : undefined,
  };
}

interface NoticeProps<V extends Marked> {
  query: UseQueryResult<V>;
  seen: V;
  factsOf: (version: V) => Facts;
  onTheirs: (theirs: V) => void;
  onMine: (theirs: V) => void;
}

function OutdatedNotice<V extends Marked>({ query, seen, factsOf, onTheirs, onMine }: NoticeProps<V>) {
  const theirs = query.data?.etag === seen.etag ? undefined : query.data;
  return (
    <div role="alert" className="space-y-2 rounded-md border border-warn/30 bg-warn-soft p-3 text-sm">
      <p>{t("Somebody else has changed this since you opened it. What you typed is still here.")}</p>
      {theirs === undefined ? (
        <Unread query={query} />
      ) : (
        <>
          <Changed before={factsOf(seen)} now={factsOf(theirs)} />
          <div className="flex flex-wrap gap-2">
            <Button
              weight="primary"
              disabled={query.isFetching}
              onClick={(event) => {
                const { form } = event.currentTarget;
                // Drawn at once, so that the form is sent with the mark of theirs.
                flushSync(() => onMine(theirs));
                if (!form) return;
                // This button is gone by now, and the one that saves waits: the keyboard stays in the form.
                form.tabIndex = -1;
                form.focus({ preventScroll: true });
                form.requestSubmit();
              }}
            >
              {t("Save mine on top")}
            </Button>
            <Button disabled={query.isFetching} onClick={() => onTheirs(theirs)}>
              {t("Take theirs, drop mine")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function Unread({ query }: { query: UseQueryResult<unknown> }) {
  if (query.isFetching) return <SkeletonRows rows={1} label={t("Reading theirs")} />;
  return (
    <div className="space-y-2">
      {query.isError && <FailureNotice failure={query.error} title={t("Theirs could not be read")} />}
      <Button onClick={() => void query.refetch()}>{t("Read theirs")}</Button>
    </div>
  );
}

/** What they have made of it, and then what they took away, which says nothing any more. */
export function changedFacts(before: Facts, now: Facts): Facts {
  const known = new Map(before);
  const left = new Set(now.map(([label]) => label));
  const changed = now.filter(([label, text]) => known.get(label) !== text);
  const removed = before.filter(([label]) => !left.has(label)).map(([label]) => [label, ""] as const);
  return [...changed, ...removed];
}

function Changed({ before, now }: { before: Facts; now: Facts }) {
  const changed = changedFacts(before, now);
  if (changed.length === 0)
    return <p className="text-muted">{t("They changed nothing of what is asked for here.")}</p>;
  return (
    <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
      {changed.map(([label, text]) => (
        <Fragment key={label}>
          <dt className="text-muted">{t("{{label}}, theirs", { label })}</dt>
          <dd className="min-w-0 break-words">{text || t("nothing")}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
