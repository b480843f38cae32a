// A workflow as text beside its canvas.

import { useMemo } from "react";
import { TextPanel } from "@/components/text-panel";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { operationsBetween } from "../operations/between";
import { type FlowDocument, nodesOf } from "../operations/document";
import { type DesignerStore, useDesigner } from "../store";
import { fromYaml, toYaml } from "./yaml";

export function CodePanel({ store, onClose }: { store: DesignerStore; onClose: () => void }) {
  const document = useDesigner(store, (each) => each.draft.document);
  const problems = useDesigner(store, (each) => each.problems);
  const text = useMemo(() => toYaml(document), [document]);
  return (
    <TextPanel
      label={t("The workflow as YAML")}
      text={text}
      read={fromYaml}
      isCurrent={(typed) => sameJson(typed, document)}
      take={(typed) => takeOver(store, typed)}
      onLeave={() => store.seal()}
      problems={problems}
      readOnly={store.isReadOnly}
      onClose={onClose}
    />
  );
}

/** What was typed becomes edits like any others. */
function takeOver(store: DesignerStore, document: FlowDocument): string | null {
  const ids = new Set([...nodesOf(document)].map((node) => node.id));
  const layout = Object.fromEntries(Object.entries(store.draft.layout).filter(([id]) => ids.has(id)));
  const operations = operationsBetween(store.draft, { document, layout });
  return store.perform(t("Edit the text"), operations, "text") ? null : store.refusal;
}
