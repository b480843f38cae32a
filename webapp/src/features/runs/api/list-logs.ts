// Reads the log of a run from a given line on, page by page.
import { client, unwrap } from "@/api/client";
import type { LogLine } from "@/api/types";

const PAGE = 1_000;

/** Hands over each page as it arrives, so that the first lines show before the last are there. */
export async function listLogs(
  id: string,
  after: number,
  onPage: (lines: LogLine[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let from = after;
  for (;;) {
    const page = await unwrap(
      client.GET("/api/executions/{id}/logs", {
        params: { path: { id }, query: { after: from, limit: PAGE } },
        signal,
      }),
    );
    const last = page.items.at(-1);
    if (page.items.length > 0) onPage(page.items);
    if (page.next_cursor == null || !last || last.id <= from) return;
    from = last.id;
  }
}
