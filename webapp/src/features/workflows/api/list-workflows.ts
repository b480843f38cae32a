// Pages through workflows, optionally those whose name contains a text.
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listWorkflows(search: string) {
  return infiniteQueryOptions({
    queryKey: ["workflows", "list", search],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      let cursor = pageParam;
      for (;;) {
        const page = await unwrap(
          client.GET("/api/workflows", {
            params: { query: { limit: 50, cursor, q: search || undefined } },
            signal,
          }),
        );
        // A page of a search may be empty though there is a next one.
        if (page.items.length > 0 || page.next_cursor == null) return page;
        cursor = page.next_cursor;
      }
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
