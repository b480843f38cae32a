// Where the numbers at the top of the dashboard lead: to the list, or the page, of what they count.
import type { MetricsHistory, ServerStatus } from "@/api/types";

export interface TileLinks {
  begun?: string;
  failed?: string;
  timedOut?: string;
  queued?: string;
  runners?: string;
}

interface Shown {
  history: Pick<MetricsHistory, "points"> | undefined;
  status: Pick<ServerStatus, "queue_depth"> | undefined;
  /** Whether this person may see the page of the server. */
  operates: boolean;
}

export function tileLinks({ history, status, operates }: Shown): TileLinks {
  const server = operates ? "/settings?tab=server" : undefined;
  const from = history?.points[0]?.at;
  return {
    begun: from && runs({ created_at__gte: from }),
    // A list is of one status: those that ran out of time have their own.
    failed: from && runs({ status: "failed", finished_at__gte: from }),
    timedOut: from && runs({ status: "timed_out", finished_at__gte: from }),
    // What waits in all workspaces is more than the runs of this one.
    queued: status && (status.queue_depth === undefined ? runs({ status: "queued" }) : server),
    runners: server,
  };
}

function runs(filters: Record<string, string>): string {
  return `/runs?${new URLSearchParams(filters)}`;
}
