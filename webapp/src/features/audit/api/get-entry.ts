// One entry of the log as a record, with what was there before it and after it.
import { queryOptions } from "@tanstack/react-query";
import { ask } from "@/api/client";
import { isRecord } from "@/lib/json";

export function getEntry(id: string) {
  return queryOptions({
    queryKey: ["audit", "entry", id],
    // An entry never changes.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const reply = await ask("GET", `/api/records/audit/${encodeURIComponent(id)}`, { signal });
      const entry: unknown = await reply.json();
      return isRecord(entry) ? { before: entry.before, after: entry.after } : {};
    },
  });
}
