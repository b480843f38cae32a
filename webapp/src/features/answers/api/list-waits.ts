// Steps that wait for an answer from outside, newest first; looked at again while somebody looks.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const LOOKED_AT_EVERY_MS = 5_000;

export const listWaits = infiniteQueryOptions({
  queryKey: ["waits", "list"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    unwrap(client.GET("/api/waits", { params: { query: { limit: 50, cursor: pageParam } }, signal })),
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: LOOKED_AT_EVERY_MS,
});
