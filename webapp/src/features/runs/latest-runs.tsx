// The last runs of one workflow, for a panel beside it: read again when one of them changes.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { useRunNews } from "@/api/run-news";
import type { ExecutionSummary } from "@/api/types";
import { FailureNotice } from "@/components/failure-notice";
import { Ago, Elapsed } from "@/components/moment";
import { SkeletonRows } from "@/components/skeleton";
import { StatusBadge } from "@/components/status-badge";
import { t } from "@/lib/i18n";
import { hasEnded } from "@/lib/status";
import { listExecutions } from "./api/list-executions";

interface LatestRunsProps {
  workflowId: string;
  limit: number;
  /** What to say when it has not run yet. */
  empty: ReactNode;
}

export function LatestRuns({ workflowId, limit, empty }: LatestRunsProps) {
  const query = useQuery(listExecutions({ workflowId, limit }));
  useRunNews("list", useMay("executions:read"), workflowId);
  const runs = query.data?.items ?? [];
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
      {query.isSuccess && runs.length === 0 && empty}
      {runs.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
          {runs.map((run) => (
            <li key={run.id}>
              <RunRow run={run} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function RunRow({ run }: { run: ExecutionSummary }) {
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
