// What was typed as text becomes edits like any others.
import { placed } from "../api/opened";
import { operationsBetween } from "../operations/between";
import { type ApplicationDocument, withIdsOf } from "../operations/document";
import type { ModelStore } from "../store";

/**
 * Says why it can't. What was typed since another state of the canvas goes on top of what it is now, or nowhere: without
 * being told to, it takes back nothing that was done beside it. Ids are not written: things are known by their names, or
 * by their places.
 */
export function takeOver(
  store: ModelStore,
  typed: ApplicationDocument,
  since?: ApplicationDocument,
): string | null {
  const { draft } = store;
  const document = withIdsOf(typed, draft.document);
  const names = new Set(document.models.map(({ name }) => name));
  const kept = Object.fromEntries(Object.entries(draft.layout).filter(([name]) => names.has(name)));
  const renamed = operationsBetween(draft, { document, layout: kept }, true).flatMap((operation) =>
    operation.op === "rename_model" ? [operation] : [],
  );
  for (const { model, to } of renamed) {
    const place = draft.layout[model];
    if (place) kept[to] = place;
  }
  const layout = placed(document, kept);
  const before = since ? { document: withIdsOf(since, draft.document), layout } : draft;
  const operations = operationsBetween(before, { document, layout }, true);
  return store.performText(operations, since !== undefined);
}
