// A workflow as text beside its canvas.

import { useMemo } from "react";
import { TextPanel } from "@/components/text-panel";
import { holdText } from "@/lib/faulty-text";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { operationsBetween } from "../operations/between";
import { type FlowDocument, nodesOf } from "../operations/document";
import { type DesignerStore, useDesigner } from "../store";
import { textName } from "./text-name";
import { fromYaml, toYaml } from "./yaml";

export function CodePanel({ store, onClose }: { store: DesignerStore; onClose: () => void }) {
  const document = useDesigner(store, (each) => each.draft.document);
  const problems = useDesigner(store, (each) => each.problems);
  const faulty = useDesigner(store, (each) => each.faultyText);
  const text = useMemo(() => toYaml(document), [document]);
  return (
    <TextPanel
      label={t("The workflow as YAML")}
      text={text}
      read={fromYaml}
      isCurrent={(typed) => sameJson(typed, document)}
      take={(typed, since) => takeOver(store, typed, since)}
      faulty={faulty}
      onFaulty={(held) => holdText(store, textName(store), held)}
      onLeave={() => store.seal()}
      problems={problems}
      readOnly={store.isReadOnly}
      onClose={onClose}
    />
  );
}

/** What was typed becomes edits like any others; since another state of the canvas, on top of what it is now, if they fit there. */
function takeOver(store: DesignerStore, document: FlowDocument, since?: FlowDocument): string | null {
  const ids = new Set([...nodesOf(document)].map((node) => node.id));
  const layout = Object.fromEntries(Object.entries(store.draft.layout).filter(([id]) => ids.has(id)));
  const title = t("Edit the text");
  if (since && store.perform(title, operationsBetween({ document: since, layout }, { document, layout })))
    return null;
  const operations = operationsBetween(store.draft, { document, layout });
  return store.perform(title, operations, "text") ? null : store.refusal;
}
