// Copy, cut and paste of nodes through the clipboard of the system, as text that can be sent to somebody.
import { useEffect } from "react";
import { isTyping } from "./commands";
import { removeNodes } from "./gestures";
import { clipText, copyNodes, pasteClip, readClip } from "./operations/clipboard";
import { locate } from "./operations/document";
import type { DesignerStore } from "./store";

const OFFSET = 36;

export function useClipboard(store: DesignerStore, onPasted: (ids: string[]) => void): void {
  useEffect(() => {
    const copy = (event: ClipboardEvent, cut: boolean) => {
      const isText = isTyping(event.target) || (window.getSelection()?.toString() ?? "") !== "";
      if (isText || store.selection.length === 0) return;
      const clip = copyNodes(store.draft, store.selection);
      if (!clip || !event.clipboardData) return;
      event.clipboardData.setData("text/plain", clipText(clip));
      event.preventDefault();
      if (cut) store.perform("Cut", removeNodes(store.draft, store.selection));
    };
    const onCopy = (event: ClipboardEvent) => copy(event, false);
    const onCut = (event: ClipboardEvent) => copy(event, true);
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const ids = pasteText(store, event.clipboardData?.getData("text/plain") ?? "");
      if (!ids) return;
      event.preventDefault();
      onPasted(ids);
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, [store, onPasted]);
}

/** Goes into the block in which the chosen node lies. */
export function pasteText(store: DesignerStore, text: string): string[] | undefined {
  const clip = readClip(text);
  if (!clip) return undefined;
  const [chosen] = store.selection;
  const address = chosen === undefined ? undefined : locate(store.draft.document, chosen)?.in;
  const target = { ...(address && { in: address }), offset: { x: OFFSET, y: OFFSET } };
  const { operations, ids } = pasteClip(store.draft, clip, store.knowledge, target);
  return store.perform("Paste", operations) ? ids : undefined;
}

export function duplicate(store: DesignerStore): string[] | undefined {
  const clip = copyNodes(store.draft, store.selection);
  return clip && pasteText(store, clipText(clip));
}
