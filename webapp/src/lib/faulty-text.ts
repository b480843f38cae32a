// Text beside a canvas that can't be read yet: no edit of the draft, as unsaved as one, and kept where neither a panel that
// closes nor a reload loses it. It is kept in its tab: another one may hold other text of the same.
import { ownKey } from "./draft-owner";
import { isRecord } from "./json";

export interface FaultyText {
  text: string;
  /** What is wrong with it, in words. */
  fault: string;
  /** What the canvas said as text when this was begun. */
  canvas: string;
}

const keyOf = (name: string) => ownKey(`lathe.text.${name}`);

export function keepText(name: string, faulty: FaultyText | null, storage: Storage = sessionStorage): void {
  try {
    if (faulty) storage.setItem(keyOf(name), JSON.stringify(faulty));
    else storage.removeItem(keyOf(name));
  } catch {
    // Without room it is held as long as the page is there, and whoever leaves is asked.
  }
}

export function forgetText(name: string, storage: Storage = sessionStorage): void {
  keepText(name, null, storage);
}

/** What an earlier visit in this tab left. */
export function recallText(name: string, storage: Storage = sessionStorage): FaultyText | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(keyOf(name)) ?? "null");
    if (!isRecord(kept)) return null;
    const { text, fault, canvas } = kept;
    const isText = typeof text === "string" && typeof fault === "string" && typeof canvas === "string";
    return isText ? { text, fault, canvas } : null;
  } catch {
    // What is not as it was kept is nothing.
    return null;
  }
}
