// Reads all entries that are wanted, page by page, the newest first.
import { client, unwrap } from "@/api/client";
import type { AuditEntry } from "@/api/types";

export interface Wanted {
  /** Moments between which something was done. */
  since?: string;
  until?: string;
  /** Of all workspaces: for who operates the server. */
  all?: boolean;
}

export async function readAudit(
  wanted: Wanted,
  signal: AbortSignal,
  onPage: (entries: AuditEntry[]) => void,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await unwrap(
      client.GET("/api/audit", { params: { query: { limit: 1_000, cursor, ...wanted } }, signal }),
    );
    onPage(page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
