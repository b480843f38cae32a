// Keeps unsaved edits in this browser, so that a reload, a crash or an ended session loses none.
import type { Step } from "./edit-history";
import { isRecord, type JsonRecord } from "./json";

/** What was edited, what it began with, and how to go back. */
export interface KeptDraft<Draft, Operation> {
  base: Draft;
  draft: Draft;
  done: readonly Step<Operation>[];
  at: string;
}

let owner = "nobody";

/** Whose drafts are kept from here on: what somebody typed is for no one else, and for no other workspace. */
export function keepDraftsOf(person: string, workspace: string | undefined): void {
  owner = `${person}.${workspace ?? "none"}`;
}

/** The key under which this browser keeps something for who is logged in, in the workspace they work in. */
export function ownKey(key: string): string {
  return `${key}@${owner}`;
}

/** Says whether it could be kept. Where room is short the way back is left out; no other draft gives way. */
export function keepDraft<D, O>(
  key: string,
  kept: KeptDraft<D, O>,
  storage: Storage = localStorage,
): boolean {
  for (const attempt of [kept, { ...kept, done: [] }]) {
    try {
      storage.setItem(ownKey(key), JSON.stringify(attempt));
      return true;
    } catch {
      // The browser has no room, or keeps nothing at all.
    }
  }
  return false;
}

export function forgetDraft(key: string, storage: Storage = localStorage): void {
  try {
    storage.removeItem(ownKey(key));
  } catch {
    // Without storage there is nothing to forget.
  }
}

/** What was kept, with whatever else was kept along; nothing where it is not what it was. */
export function recallDraft<D, O>(
  key: string,
  readDraft: (value: unknown) => D | undefined,
  storage: Storage = localStorage,
): { kept: KeptDraft<D, O>; more: JsonRecord } | undefined {
  try {
    const text = storage.getItem(ownKey(key));
    const more: unknown = text === null ? undefined : JSON.parse(text);
    if (!isRecord(more) || typeof more.at !== "string") return undefined;
    const draft = readDraft(more.draft);
    const base = readDraft(more.base);
    if (!draft || !base) return undefined;
    const done = Array.isArray(more.done) ? (more.done as Step<O>[]) : [];
    return { kept: { base, draft, done, at: more.at }, more };
  } catch {
    return undefined;
  }
}
