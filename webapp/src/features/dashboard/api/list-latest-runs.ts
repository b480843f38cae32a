// The newest runs that stand in a certain way.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { ExecutionStatus } from "@/api/types";

export function listLatestRuns(status: ExecutionStatus, limit: number) {
  return queryOptions({
    queryKey: ["executions", "latest", status, limit],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/executions", { params: { query: { status, limit } }, signal })),
    refetchInterval: 10_000,
  });
}
