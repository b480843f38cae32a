// Pages through the tokens of this workspace: one's own, or everybody's for who manages them.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listTokens = infiniteQueryOptions({
  queryKey: ["tokens"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    unwrap(client.GET("/api/tokens", { params: { query: { limit: 50, cursor: pageParam } }, signal })),
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});
