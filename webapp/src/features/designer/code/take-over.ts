// What was typed as text becomes edits like any others.
import { isNote } from "@/components/canvas/notes";
import { operationsBetween } from "../operations/between";
import { type FlowDocument, nodesOf } from "../operations/document";
import type { DesignerStore } from "../store";

/**
 * Says why it can't. What was typed since another state of the canvas goes on top of what it is now, or nowhere: without
 * being told to, it takes back nothing that was done beside it.
 */
export function takeOver(store: DesignerStore, document: FlowDocument, since?: FlowDocument): string | null {
  const ids = new Set([...nodesOf(document)].map((node) => node.id));
  // Notes are not written in the text, and stay.
  const stays = (id: string) => ids.has(id) || isNote(id);
  const layout = Object.fromEntries(Object.entries(store.draft.layout).filter(([id]) => stays(id)));
  const before = since ? { document: since, layout } : store.draft;
  const operations = operationsBetween(before, { document, layout });
  return store.performText(operations, since !== undefined);
}
