// Text beside a canvas that can't be read yet: no edit of the draft, as unsaved as one, and kept where neither a panel that
// closes nor a reload loses it. It is kept in its tab: another one may hold other text of the same.
import { isRecord } from "./json";
import { ownKey } from "./kept-draft";

export interface FaultyText {
  text: string;
  /** What is wrong with it, in words. */
  fault: string;
  /** What the canvas said as text when this was begun. */
  canvas: string;
}

/** What is asked of a store of edits. */
interface Holder {
  readonly faultyText: FaultyText | null;
  readonly isReadOnly: boolean;
  setFaultyText: (faulty: FaultyText | null) => void;
}

const keyOf = (name: string) => ownKey(`lathe.text.${name}`);

export function holdText(
  store: Holder,
  name: string,
  faulty: FaultyText | null,
  storage: Storage = sessionStorage,
): void {
  store.setFaultyText(faulty);
  try {
    if (faulty) storage.setItem(keyOf(name), JSON.stringify(faulty));
    else storage.removeItem(keyOf(name));
  } catch {
    // Without room it is held as long as the page is there, and whoever leaves is asked.
  }
}

/** Takes up what an earlier visit in this tab left. */
export function recallText(store: Holder, name: string, storage: Storage = sessionStorage): void {
  if (store.isReadOnly || store.faultyText) return;
  try {
    const kept: unknown = JSON.parse(storage.getItem(keyOf(name)) ?? "null");
    if (!isRecord(kept)) return;
    const { text, fault, canvas } = kept;
    if (typeof text === "string" && typeof fault === "string" && typeof canvas === "string")
      store.setFaultyText({ text, fault, canvas });
  } catch {
    // What is not as it was kept is nothing.
  }
}
