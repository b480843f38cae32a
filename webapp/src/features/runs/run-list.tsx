// The list of runs: filtered by the server, paged by key, fresh every few seconds.

import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ExecutionSummary } from "@/api/types";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { FailureNotice } from "@/components/failure-notice";
import { Ago, Elapsed } from "@/components/moment";
import { SkeletonRows } from "@/components/skeleton";
import { StatusBadge } from "@/components/status-badge";
import { Trans, t } from "@/lib/i18n";
import { hasEnded } from "@/lib/status";
import { listExecutions, type RunFilter } from "./api/list-executions";

interface RunListProps {
  filter: RunFilter;
  /** What to say when nothing matches; what to do next depends on the screen. */
  empty?: ReactNode;
  /** In a narrow panel about one workflow its name needs no repeating. */
  compact?: boolean;
}

export function RunList({ filter, empty, compact = false }: RunListProps) {
  const query = useInfiniteQuery(listExecutions(filter));
  const runs = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="space-y-3">
      {query.isPending && <SkeletonRows label={t("Reading the runs")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The runs could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.isSuccess && runs.length === 0 && (empty ?? <NoRuns filtered={filter.status !== undefined} />)}
      {runs.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
          {runs.map((run) => (
            <li key={run.id}>{compact ? <CompactRow run={run} /> : <RunRow run={run} />}</li>
          ))}
        </ul>
      )}
      {query.hasNextPage && !compact && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? t("Reading…") : t("Show older runs")}
        </Button>
      )}
    </div>
  );
}

function RunRow({ run }: { run: ExecutionSummary }) {
  return (
    <Link
      to={`/runs/${run.id}`}
      className="grid grid-cols-[6.75rem_1fr_auto] items-center gap-x-3 px-3 py-2 -outline-offset-2 hover:bg-canvas sm:grid-cols-[7.5rem_1fr_5rem_5.5rem]"
    >
      <StatusBadge status={run.status} />
      <span className="min-w-0">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-medium">{run.workflow_name}</span>
          <span className="hidden shrink-0 text-xs text-muted sm:inline">
            v{run.workflow_version} · {run.started_by?.name ?? run.trigger}
          </span>
          <code className="hidden shrink-0 font-mono text-xs text-muted lg:inline">{shortId(run.id)}</code>
        </span>
        {run.error && <span className="block truncate text-xs text-bad">{run.error.message}</span>}
      </span>
      <span className="hidden text-right text-sm text-muted sm:block">
        <Elapsed span={run} running={!hasEnded(run.status)} />
      </span>
      <span className="text-right text-xs text-muted sm:text-sm">
        <Ago at={run.created_at} />
      </span>
    </Link>
  );
}

function CompactRow({ run }: { run: ExecutionSummary }) {
  return (
    <Link
      to={`/runs/${run.id}`}
      className="flex items-center gap-3 px-2.5 py-1.5 text-xs text-muted -outline-offset-2 hover:bg-canvas pointer-coarse:py-3"
    >
      <StatusBadge status={run.status} />
      <Elapsed span={run} running={!hasEnded(run.status)} />
      <span className="ml-auto">
        <Ago at={run.created_at} />
      </span>
    </Link>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState icon={<History />} title={t("No run matches")}>
        <p>
          <Trans
            i18nKey="Choose another filter, or <a>show all runs</a>."
            components={{ a: <Link to="/runs" className="text-accent underline" /> }}
          />
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<History />} title={t("Nothing has run yet")}>
      <p>
        <Trans
          i18nKey="Open a <a>workflow</a> and press Run; its steps light up here while they work."
          components={{ a: <Link to="/workflows" className="text-accent underline" /> }}
        />
      </p>
    </EmptyState>
  );
}

/** The end of an id: time-ordered ids begin alike when they are made close together. */
function shortId(id: string): string {
  return id.slice(-8);
}
