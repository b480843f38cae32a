// The newest runs that stand in a certain way; news of runs have them read again, and without any they are looked at now and then.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { LOOKED_AT_EVERY_MS } from "@/api/run-news";
import type { ExecutionStatus } from "@/api/types";

export function listLatestRuns(status: ExecutionStatus, limit: number) {
  return queryOptions({
    queryKey: ["executions", "latest", status, limit],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/executions", { params: { query: { status, limit } }, signal })),
    refetchInterval: LOOKED_AT_EVERY_MS,
  });
}
