// All applications with what is live of each, page by page.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listApplications = infiniteQueryOptions({
  queryKey: ["applications", "list"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    unwrap(client.GET("/api/applications", { params: { query: { limit: 50, cursor: pageParam } }, signal })),
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: 10_000,
});
