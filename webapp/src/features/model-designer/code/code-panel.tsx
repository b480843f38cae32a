// The models as text beside their canvas.

import { useMemo } from "react";
import { TextPanel } from "@/components/text-panel";
import { holdText } from "@/lib/faulty-text";
import { t } from "@/lib/i18n";
import { placed } from "../api/opened";
import { operationsBetween } from "../operations/between";
import { type ApplicationDocument, sameDocument, withIdsOf } from "../operations/document";
import { type ModelStore, useModels } from "../store";
import { textName } from "./text-name";
import { formatOf } from "./yaml";

export function CodePanel({ store, onClose }: { store: ModelStore; onClose: () => void }) {
  const document = useModels(store, (each) => each.document);
  const problems = useModels(store, (each) => each.problems);
  const faulty = useModels(store, (each) => each.faultyText);
  const { write, read, pathOf } = formatOf(store.home);
  const text = useMemo(() => write(document), [document, write]);
  const marks = useMemo(
    () => problems.map(({ path, message }) => ({ path: pathOf(path), message })),
    [problems, pathOf],
  );
  return (
    <TextPanel
      label={store.home === "application" ? t("The models as YAML") : t("The model as YAML")}
      text={text}
      read={read}
      isCurrent={(typed) => sameDocument(typed, document)}
      take={(typed, since) => takeOver(store, typed, since)}
      faulty={faulty}
      onFaulty={(held) => holdText(store, textName(store), held)}
      onLeave={() => store.seal()}
      problems={marks}
      onClose={onClose}
      readOnly={store.isReadOnly}
    />
  );
}

/** What was typed becomes edits like any others, on top of what changed since another state of the canvas. Ids are not written: things are known by their names, or by their places. */
function takeOver(store: ModelStore, typed: ApplicationDocument, since?: ApplicationDocument): string | null {
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
  const title = t("Edit the text");
  const layout = placed(document, kept);
  if (since) {
    const before = { document: withIdsOf(since, draft.document), layout };
    if (store.perform(title, operationsBetween(before, { document, layout }, true))) return null;
  }
  const operations = operationsBetween(draft, { document, layout }, true);
  return store.perform(title, operations, "text") ? null : store.refusal;
}
