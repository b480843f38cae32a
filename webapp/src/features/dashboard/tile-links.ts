// Where the numbers at the top of the dashboard lead: to the list, or the page, of what they count.
import type { MetricsHistory, ServerStatus } from "@/api/types";

export interface TileLinks {
  begun?: string;
  failed?: string;
  queued?: string;
  runners?: string;
}

interface Shown {
  history: Pick<MetricsHistory, "points" | "totals"> | undefined;
  status: Pick<ServerStatus, "queue_depth"> | undefined;
  /** Whether this person may see the page of the server. */
  operates: boolean;
}

export function tileLinks({ history, status, operates }: Shown): TileLinks {
  const server = operates ? "/settings?tab=server" : undefined;
  const from = history?.points[0]?.at;
  return {
    begun: from && runs({ created_at__gte: from }),
    // A list is of one status: of the other where there is nothing of the first.
    failed: from && runs({ status: statusOfFailures(history?.totals), finished_at__gte: from }),
    // What waits in all workspaces is more than the runs of this one.
    queued: status && (status.queue_depth === undefined ? runs({ status: "queued" }) : server),
    runners: server,
  };
}

function statusOfFailures(totals: MetricsHistory["totals"] | undefined): string {
  return totals?.failed === 0 && totals.timed_out > 0 ? "timed_out" : "failed";
}

function runs(filters: Record<string, string>): string {
  return `/runs?${new URLSearchParams(filters)}`;
}
