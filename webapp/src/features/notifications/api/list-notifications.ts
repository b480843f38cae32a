// Pages through what somebody is told, the newest first. The first page says how many are not read.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listNotifications = infiniteQueryOptions({
  queryKey: ["notifications"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    unwrap(client.GET("/api/notifications", { params: { query: { limit: 20, cursor: pageParam } }, signal })),
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});
