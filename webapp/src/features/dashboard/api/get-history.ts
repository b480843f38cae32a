// How many runs began and ended over a stretch of time, and how long they took.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { HistoryRange } from "@/api/types";

export function getHistory(range: HistoryRange) {
  return queryOptions({
    queryKey: ["metrics", "history", range],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/metrics/history", { params: { query: { range } }, signal })),
    // The charts of the range before stay until the new ones are there, so that nothing jumps.
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}
