// The newest runs of a workflow.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { LOOKED_AT_EVERY_MS } from "@/api/run-news";

export interface RunFilter {
  workflowId: string;
  limit: number;
}

export function listExecutions(filter: RunFilter) {
  return queryOptions({
    queryKey: ["executions", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/executions", {
          params: { query: { limit: filter.limit, workflow_id: filter.workflowId } },
          signal,
        }),
      ),
    refetchInterval: LOOKED_AT_EVERY_MS,
  });
}
