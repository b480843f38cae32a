// Copy, cut and paste of nodes and notes through the clipboard of the system, as text that can be sent to somebody.

import { useEffect } from "react";
import { freePlace } from "@/components/canvas/arrange";
import { cardSize, type Point } from "@/components/canvas/geometry";
import { notesOf, withoutNotes } from "@/components/canvas/notes";
import { isTyping } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { type Clip, clipText, copyChosen, mayBeYaml, pasteClip, readClip } from "./operations/clipboard";
import { type BlockAddress, blockAt, locate } from "./operations/document";
import type { DesignerStore } from "./store";

const OFFSET = 36;
const MOST_STEPS = 60;

/** `onCut` removes what is chosen, once it is in the clipboard. */
export function useClipboard(
  store: DesignerStore,
  onCut: () => void,
  onPasted: (ids: string[]) => void,
): void {
  useEffect(() => {
    const copy = (event: ClipboardEvent, isCut: boolean) => {
      const isText = isTyping(event.target) || (window.getSelection()?.toString() ?? "") !== "";
      if (isText || store.selection.length === 0) return;
      const clip = copyChosen(store.draft, store.selection);
      if (!clip || !event.clipboardData) return;
      event.clipboardData.setData("text/plain", clipText(clip));
      event.preventDefault();
      if (isCut) onCut();
    };
    const copied = (event: ClipboardEvent) => copy(event, false);
    const cut = (event: ClipboardEvent) => copy(event, true);
    const pasted = (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text.trim() === "") return;
      event.preventDefault();
      const paste = (clip: Clip | undefined) => {
        const ids = clip && pasteChosen(store, clip);
        if (ids) onPasted(ids);
        else if (!clip) store.refuse(t("The clipboard holds no nodes of a workflow: nothing was pasted."));
      };
      const clip = readClip(text);
      if (clip || !mayBeYaml(text)) paste(clip);
      else
        import("./code/yaml").then(
          ({ yamlClip }) => paste(yamlClip(text)),
          () => paste(undefined),
        );
    };
    document.addEventListener("copy", copied);
    document.addEventListener("cut", cut);
    document.addEventListener("paste", pasted);
    return () => {
      document.removeEventListener("copy", copied);
      document.removeEventListener("cut", cut);
      document.removeEventListener("paste", pasted);
    };
  }, [store, onCut, onPasted]);
}

/** Goes into the block in which the chosen node lies. */
function pasteChosen(store: DesignerStore, clip: Clip): string[] | undefined {
  const [chosen] = withoutNotes(store.selection);
  const address = chosen === undefined ? undefined : locate(store.draft.document, chosen)?.in;
  const target = { ...(address && { in: address }), offset: offsetFor(store, clip, address) };
  const { operations, ids } = pasteClip(store.draft, clip, store.knowledge, target);
  return store.perform(t("Paste"), operations) ? ids : undefined;
}

/** Down from where it was copied, as far as it takes to lie on nothing. */
function offsetFor(store: DesignerStore, clip: Clip, address: BlockAddress | undefined): Point {
  const siblings = blockAt(store.draft.document, address)?.nodes ?? [];
  const { places, sizes } = store.arrangement;
  // Notes may lie upon each other, but one that hides another altogether would not be found.
  const notes = Object.values(notesOf(store.draft.layout));
  const isFree = (offset: Point) =>
    Object.values(notesOf(clip.layout)).every(
      ({ x, y }) => !notes.some((note) => note.x === x + offset.x && note.y === y + offset.y),
    ) &&
    clip.nodes.every(({ id }) => {
      const place = clip.layout[id];
      if (!place) return true;
      const wish = { x: place.x + offset.x, y: place.y + offset.y };
      const found = freePlace(wish, sizes.get(id) ?? cardSize(1), siblings, { places, sizes });
      return found.x === wish.x && found.y === wish.y;
    });
  for (let steps = 1; steps <= MOST_STEPS; steps++) {
    const offset = { x: OFFSET, y: OFFSET * steps };
    if (isFree(offset)) return offset;
  }
  return { x: OFFSET, y: OFFSET };
}

export function duplicate(store: DesignerStore): string[] | undefined {
  const clip = copyChosen(store.draft, store.selection);
  return clip && pasteChosen(store, clip);
}
