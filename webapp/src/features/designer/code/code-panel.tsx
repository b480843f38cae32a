// A workflow as text beside its canvas.

import { useMemo } from "react";
import { TextPanel } from "@/components/text-panel";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { type DesignerStore, useDesigner } from "../store";
import { takeOver } from "./take-over";
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
      onFaulty={(held) => store.setFaultyText(held)}
      whileTyping={store.whileTyping}
      onLeave={() => store.seal()}
      problems={problems}
      readOnly={store.isReadOnly}
      onClose={onClose}
    />
  );
}
