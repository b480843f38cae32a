// Pages through workflows, optionally those whose name contains a text.
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listWorkflows(search: string) {
  return infiniteQueryOptions({
    queryKey: ["workflows", "list", search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/workflows", {
          params: { query: { limit: 50, cursor: pageParam, q: search || undefined } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
