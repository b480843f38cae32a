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
/** Drafts of other workflows, the oldest ones, make room when the browser has none left. */
const MOST_TRIES = 20;

/** One draft per workflow; the version that it began with stands in it. */
export function keyOf(workflowId: string | undefined): string {
  return PREFIX + (workflowId ?? "new");
}

/** Says whether it could be kept. */
export function keep(workflowId: string | undefined, kept: Kept, storage: Storage = localStorage): boolean {
  const key = keyOf(workflowId);
  const attempts = [kept, { ...kept, done: [] }];
  for (const attempt of attempts) {
    const text = JSON.stringify(attempt);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      try {
        storage.setItem(key, text);
        return true;
      } catch {
        if (!dropOldest(key, storage)) break;
      }
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

function dropOldest(spare: string, storage: Storage): boolean {
  let oldest: { key: string; at: string } | undefined;
  for (let index = 0; index < storage.length; index++) {
    const key = storage.key(index);
    if (!key?.startsWith(PREFIX) || key === spare) continue;
    const at = /"at":"([^"]+)"\}$/.exec(storage.getItem(key) ?? "")?.[1] ?? "";
    if (!oldest || at < oldest.at) oldest = { key, at };
  }
  if (!oldest) return false;
  storage.removeItem(oldest.key);
  return true;
}
