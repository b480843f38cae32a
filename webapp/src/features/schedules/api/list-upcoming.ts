// When a schedule is due next.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { whenPassed } from "../next-look";

export function listUpcoming(id: string) {
  return queryOptions({
    queryKey: ["schedules", "upcoming", id],
    refetchInterval: whenPassed,
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/schedules/{id}/upcoming", {
          params: { path: { id }, query: { count: 5 } },
          signal,
        }),
      ),
  });
}
