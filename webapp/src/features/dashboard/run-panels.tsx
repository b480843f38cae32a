// What runs now, and what failed lately and why.

import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { ExecutionSummary } from "@/api/types";
import { Ago, Elapsed } from "@/components/moment";
import { ServerText } from "@/components/server-text";
import { StatusIcon } from "@/components/status-badge";
import { t } from "@/lib/i18n";
import { lookOf } from "@/lib/status";
import { listLatestRuns } from "./api/list-latest-runs";
import { newest } from "./newest";
import { Panel, ROW, ROWS } from "./panel";

export function RunningPanel() {
  const query = useQuery(listLatestRuns("running", ROWS));
  return (
    <Panel
      title={t("Running now")}
      all="/runs?status=running"
      query={{ ...query, data: query.data?.items }}
      keyOf={({ id }) => id}
      row={(run) => (
        <Link to={`/runs/${run.id}`} className={ROW}>
          <StatusIcon status={run.status} />
          <span className="min-w-0 flex-1 truncate font-medium">{run.workflow_name}</span>
          <span className="text-muted">
            <Elapsed span={run} running />
          </span>
        </Link>
      )}
      empty={t("Nothing runs at the moment.")}
    />
  );
}

export function FailedPanel() {
  const failed = useQuery(listLatestRuns("failed", ROWS));
  const timedOut = useQuery(listLatestRuns("timed_out", ROWS));
  const query = {
    data: failed.data && timedOut.data && newest([failed.data.items, timedOut.data.items], ROWS),
    error: failed.error ?? timedOut.error,
    refetch: () => Promise.all([failed.refetch(), timedOut.refetch()]),
  };
  return (
    <Panel
      title={t("Failed lately")}
      all="/runs?status=failed"
      rest={{ to: "/runs?status=timed_out", label: lookOf("timed_out").label }}
      query={query}
      keyOf={({ id }) => id}
      row={(run) => <FailedRow run={run} />}
      empty={t("No run has failed.")}
    />
  );
}

function FailedRow({ run }: { run: ExecutionSummary }) {
  return (
    <Link to={`/runs/${run.id}`} className={ROW}>
      <StatusIcon status={run.status} />
      <span className="sr-only">{lookOf(run.status).label}</span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium leading-tight">{run.workflow_name}</span>
        {run.error && (
          <ServerText text={run.error.message} isCut className="text-bad text-xs leading-tight" />
        )}
      </span>
      <span className="text-xs text-muted">
        <Ago at={run.created_at} />
      </span>
    </Link>
  );
}
