// Pins that the server does not have yet, in this browser: a closed page, a broken line or an ended session loses none.
import { ownKey } from "@/lib/draft-owner";
import { sameJson } from "@/lib/same-json";
import { type PinChanges, type Pins, readChanges } from "./pins";

const UNSENT = "lathe.unsent-pins.";
/** Where pins were kept before the server kept them. */
const BEFORE = "lathe.pins.";

/** What was changed here and not sent. */
export function recallUnsent(workflowId: string, storage: Storage = localStorage): PinChanges {
  return read(keyOf(UNSENT, workflowId), storage);
}

/** What this browser kept for itself before. */
export function recallBefore(workflowId: string, storage: Storage = localStorage): PinChanges {
  return read(keyOf(BEFORE, workflowId), storage);
}

/** Takes that over, once: what nobody has pinned otherwise meanwhile is to be sent. */
export function takeOverBefore(workflowId: string, pinned: Pins, storage: Storage = localStorage): void {
  const before = Object.entries(recallBefore(workflowId, storage));
  if (before.length === 0) return;
  const free = Object.fromEntries(before.filter(([node]) => !(node in pinned)));
  const key = keyOf(UNSENT, workflowId);
  write(key, { ...free, ...read(key, storage) }, storage);
  write(keyOf(BEFORE, workflowId), {}, storage);
}

/** Adds to what is kept: another tab may have some of its own. */
export function keepUnsent(workflowId: string, changes: PinChanges, storage: Storage = localStorage): void {
  const key = keyOf(UNSENT, workflowId);
  write(key, { ...read(key, storage), ...changes }, storage);
}

/** The server has these now. */
export function forgetSent(workflowId: string, sent: PinChanges, storage: Storage = localStorage): void {
  const key = keyOf(UNSENT, workflowId);
  const kept = Object.entries(read(key, storage));
  write(
    key,
    Object.fromEntries(kept.filter(([node, pin]) => !(node in sent && sameJson(pin, sent[node])))),
    storage,
  );
}

/** What was pinned before a workflow was saved for the first time is pinned to that one. */
export function moveUnsent(nameOfNew: string, workflowId: string, storage: Storage = localStorage): void {
  const key = keyOf(UNSENT, nameOfNew);
  keepUnsent(workflowId, read(key, storage), storage);
  write(key, {}, storage);
}

/** What was pinned to a workflow that was thrown away before it was saved is pinned to no other. */
export function dropUnsentOfNew(nameOfNew: string, storage: Storage = localStorage): void {
  write(keyOf(UNSENT, nameOfNew), {}, storage);
  write(keyOf(BEFORE, nameOfNew), {}, storage);
}

/** What was pinned to workflows that were never saved and that nobody comes back to does not stay in this browser for good. */
export function dropAbandoned(
  isInUse: (nameOfNew: string) => boolean,
  storage: Storage = localStorage,
): void {
  try {
    const end = ownKey("");
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    for (const stem of [UNSENT, BEFORE])
      for (const key of keys) {
        if (!key.startsWith(`${stem}new`) || !key.endsWith(end)) continue;
        const name = key.slice(stem.length, -end.length);
        if ((name === "new" || name.startsWith("new#")) && !isInUse(name)) storage.removeItem(key);
      }
  } catch {
    // Without storage there is nothing to drop.
  }
}

function keyOf(stem: string, workflowId: string): string {
  return ownKey(stem + workflowId);
}

function read(key: string, storage: Storage): PinChanges {
  try {
    return readChanges(JSON.parse(storage.getItem(key) ?? "{}"));
  } catch {
    return {};
  }
}

function write(key: string, changes: PinChanges, storage: Storage): void {
  try {
    if (Object.keys(changes).length === 0) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(changes));
  } catch {
    // Without storage what was pinned holds until the page is closed, or the server has it.
  }
}
