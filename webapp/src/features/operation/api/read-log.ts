// What the live release of an application wrote: the newest part first, and what is older as it is asked for.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const LINES = 200;

export function readLog(id: string) {
  return infiniteQueryOptions({
    queryKey: ["applications", "log", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/applications/{id}/logs", {
          params: { path: { id }, query: { limit: LINES, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What was written long ago is not worth its place in memory once nobody looks.
    gcTime: 0,
  });
}
