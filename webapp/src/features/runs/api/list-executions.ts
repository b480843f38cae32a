// Pages through runs, newest first, by key and not by offset, so that page a thousand costs as much as page one.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { LOOKED_AT_EVERY_MS } from "@/api/run-news";

export interface RunFilter {
  workflowId: string;
  limit: number;
}

export function listExecutions(filter: RunFilter) {
  return infiniteQueryOptions({
    queryKey: ["executions", "list", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/executions", {
          params: {
            query: {
              limit: filter.limit,
              cursor: pageParam,
              workflow_id: filter.workflowId,
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: LOOKED_AT_EVERY_MS,
  });
}
