// Keeps unsaved edits in this browser, so that a reload, a crash or an ended session loses none.
import type { Layout } from "@/api/types";
import { isRecord } from "@/lib/json";
import { type Draft, readDocument } from "./operations/document";
import type { Step } from "./operations/history";

/** What an edit began with: a workflow at a version, or nothing yet. */
export interface Kept {
  version: number;
  etag: string | undefined;
  base: Draft;
  draft: Draft;
  done: readonly Step[];
  at: string;
}

const PREFIX = "lathe.draft.";

/** One draft per workflow; the version that it began with stands in it. */
export function keyOf(workflowId: string | undefined): string {
  return PREFIX + (workflowId ?? "new");
}

/** Says whether it could be kept. Where room is short the way back is left out; no other draft gives way. */
export function keep(workflowId: string | undefined, kept: Kept, storage: Storage = localStorage): boolean {
  for (const attempt of [kept, { ...kept, done: [] }]) {
    try {
      storage.setItem(keyOf(workflowId), JSON.stringify(attempt));
      return true;
    } catch {
      // The browser has no room, or keeps nothing at all.
    }
  }
  return false;
}

export function forget(workflowId: string | undefined, storage: Storage = localStorage): void {
  try {
    storage.removeItem(keyOf(workflowId));
  } catch {
    // Without storage there is nothing to forget.
  }
}

export function recall(workflowId: string | undefined, storage: Storage = localStorage): Kept | undefined {
  try {
    return read(storage.getItem(keyOf(workflowId)));
  } catch {
    return undefined;
  }
}

function read(text: string | null): Kept | undefined {
  const kept: unknown = text === null ? undefined : JSON.parse(text);
  if (!isRecord(kept) || typeof kept.version !== "number" || typeof kept.at !== "string") return undefined;
  const draft = readDraft(kept.draft);
  const base = readDraft(kept.base);
  if (!draft || !base) return undefined;
  return {
    version: kept.version,
    etag: typeof kept.etag === "string" ? kept.etag : undefined,
    draft,
    base,
    done: Array.isArray(kept.done) ? (kept.done as Step[]) : [],
    at: kept.at,
  };
}

function readDraft(value: unknown): Draft | undefined {
  if (!isRecord(value) || !isRecord(value.layout)) return undefined;
  const document = readDocument(value.document);
  return typeof document === "string" ? undefined : { document, layout: value.layout as Layout };
}
