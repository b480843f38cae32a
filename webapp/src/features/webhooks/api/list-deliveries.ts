// What was sent and taken, newest first; looked at again while the screen is open, since senders come by themselves.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const LOOKED_AT_EVERY_MS = 5_000;

export function listDeliveries(id: string) {
  return infiniteQueryOptions({
    queryKey: ["webhooks", "deliveries", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/webhooks/{id}/deliveries", {
          params: { path: { id }, query: { limit: 20, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: LOOKED_AT_EVERY_MS,
  });
}
