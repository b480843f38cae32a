// When a schedule is due next.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const LOOKED_AT_EVERY_MS = 30_000;

export function listUpcoming(id: string) {
  return queryOptions({
    queryKey: ["schedules", "upcoming", id],
    refetchInterval: LOOKED_AT_EVERY_MS,
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/schedules/{id}/upcoming", {
          params: { path: { id }, query: { count: 5 } },
          signal,
        }),
      ),
  });
}
