// Workflows to choose one of, by what their names hold. A page of a search may be empty though there is a next one.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";
import type { WorkflowSummary } from "./types";

const SHOWN = 20;

export function findWorkflows(search: string) {
  return queryOptions({
    queryKey: ["workflows", "found", search],
    queryFn: async ({ signal }): Promise<WorkflowSummary[]> => {
      let cursor: string | undefined;
      for (;;) {
        const query = { limit: SHOWN, cursor, q: search || undefined };
        const page = await unwrap(client.GET("/api/workflows", { params: { query }, signal }));
        if (page.items.length > 0 || page.next_cursor == null) return page.items;
        cursor = page.next_cursor;
      }
    },
    placeholderData: keepPreviousData,
  });
}
