// What the live release of an application writes, read once somebody wants to see it and followed while they look.

import { useInfiniteQuery, useIsFetching, useQueryClient } from "@tanstack/react-query";
import { ArrowUp, RotateCw, ScrollText } from "lucide-react";
import { useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ApplicationLog } from "@/api/types";
import { Button } from "@/components/button";
import { CheckField } from "@/components/check-field";
import { FailureNotice } from "@/components/failure-notice";
import { Section } from "@/components/section";
import { ServerText } from "@/components/server-text";
import { SkeletonRows } from "@/components/skeleton";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { formatAbsolute } from "@/lib/time";
import { readLog } from "./api/read-log";
import { linesOf, newestOf, type ShownLine, toneOf } from "./log-lines";

const EVERY_MS = 3_000;
/** Within so many pixels of the end counts as the end: browsers round scroll positions. */
const NEAR = 30;

export function LogSection({ id }: { id: string }) {
  const region = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title={t("Log")} description={t("What the live release writes to its output.")}>
      <Button aria-expanded={isOpen} aria-controls={region} onClick={() => setOpen(!isOpen)}>
        <ScrollText aria-hidden />
        {isOpen ? t("Hide the log") : t("Show the log")}
      </Button>
      <div id={region}>{isOpen && <Log id={id} />}</div>
    </Section>
  );
}

function Log({ id }: { id: string }) {
  const queries = useQueryClient();
  const [follows, setFollows] = useState(true);
  const options = readLog(id);
  const query = useInfiniteQuery({ ...options, refetchInterval: follows && EVERY_MS });
  const isReading = useIsFetching({ queryKey: options.queryKey }) > 0;
  const parts = query.data?.pages;
  const newest = parts?.[0];
  /** Each time, all parts that are shown are read: whoever follows sees the newest one alone, and who reads older ones does not. */
  const follow = (does: boolean) => {
    setFollows(does);
    if (does) queries.setQueryData(options.queryKey, (read) => read && newestOf(read));
  };
  const readOlder = () => {
    setFollows(false);
    void query.fetchNextPage();
  };
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <CheckField
          label={t("Follow")}
          checked={follows}
          disabled={query.isFetchingNextPage}
          onChange={follow}
        />
        <Button weight="quiet" aria-busy={isReading} onClick={() => void query.refetch()}>
          <RotateCw aria-hidden />
          {t("Read again")}
        </Button>
        {query.hasNextPage && (
          <Button weight="quiet" disabled={query.isFetchingNextPage} onClick={readOlder}>
            <ArrowUp aria-hidden />
            {query.isFetchingNextPage ? t("Reading…") : t("Older lines")}
          </Button>
        )}
        {newest?.release && (
          <span className="text-sm text-muted">{t("release {{release}}", { release: newest.release })}</span>
        )}
      </div>
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The log could not be read")}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={3} label={t("Reading the log")} />}
      {parts && newest && <Lines parts={parts} newest={newest} />}
    </div>
  );
}

function Lines({ parts, newest }: { parts: readonly ApplicationLog[]; newest: ApplicationLog }) {
  const lines = useMemo(() => linesOf(parts), [parts]);
  if (lines.length > 0) return <LogLines lines={lines} />;
  return (
    <p className="text-sm text-muted">
      {newest.release === null ? (
        t("Nothing of it was ever live on this server. Ship it, and what it writes appears here.")
      ) : newest.missing === null ? (
        t("It has written nothing yet.")
      ) : (
        <ServerText text={newest.missing} className="inline-block first-letter:uppercase" />
      )}
    </p>
  );
}

/** Keeps to the end, unless somebody has scrolled up to read. */
function LogLines({ lines }: { lines: readonly ShownLine[] }) {
  const frame = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const last = lines.at(-1)?.key;
  useLayoutEffect(() => {
    const element = frame.current;
    if (element && isAtEnd.current && last !== undefined) element.scrollTop = element.scrollHeight;
  }, [last]);
  return (
    <section
      ref={frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={t("Log, {{count}} lines", { count: lines.length })}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollHeight - clientHeight - scrollTop < NEAR;
      }}
      className="thin-scroll max-h-96 overflow-y-auto rounded-md border border-line bg-sunken py-1.5 font-mono text-xs"
    >
      {lines.map((line) => (
        <Line key={line.key} line={line} />
      ))}
    </section>
  );
}

/** A program may have written anything: it is shown as text, and nothing in it is a link. */
export function Line({ line }: { line: ShownLine }) {
  return (
    <p
      data-stream={line.stream ?? undefined}
      className={cn("whitespace-pre-wrap px-3 leading-5 [overflow-wrap:anywhere]", toneOf(line))}
    >
      {line.time !== null && (
        <time dateTime={line.time} title={formatAbsolute(line.time)} className="text-muted">
          {line.time.slice(11, 19)}{" "}
        </time>
      )}
      {line.line}
    </p>
  );
}
