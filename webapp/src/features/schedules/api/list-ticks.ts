// The moments at which a schedule was due, newest first; looked at again while the screen is open, since they come by themselves.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const LOOKED_AT_EVERY_MS = 10_000;

export function listTicks(id: string) {
  return infiniteQueryOptions({
    queryKey: ["schedules", "ticks", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/schedules/{id}/ticks", {
          params: { path: { id }, query: { limit: 20, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: LOOKED_AT_EVERY_MS,
  });
}
