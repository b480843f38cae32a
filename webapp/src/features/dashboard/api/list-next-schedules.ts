// The schedules whose moment comes next.
import { queryOptions } from "@tanstack/react-query";
import { ask } from "@/api/client";
import { readSchedules } from "../next-schedule";

export function listNextSchedules(limit: number) {
  return queryOptions({
    queryKey: ["schedules", "next", limit],
    queryFn: async ({ signal }) => {
      // The field that filters is part of the model, and not of the API's document.
      const query = new URLSearchParams({ sort: "next_at", enabled: "true", limit: String(limit) });
      const response = await ask("GET", `/api/records/schedules?${query}`, { signal });
      return readSchedules(await response.json());
    },
    refetchInterval: 10_000,
  });
}
