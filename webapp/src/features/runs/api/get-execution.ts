// One run with its pinned document and steps.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getExecution(id: string) {
  return queryOptions({
    queryKey: ["executions", "one", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/executions/{id}", { params: { path: { id } }, signal })),
    // The run's events say when it changed; refetching on focus would only repeat them.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}
