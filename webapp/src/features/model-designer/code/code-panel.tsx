// The models as text beside their canvas.

import { useMemo } from "react";
import { TextPanel } from "@/components/text-panel";
import { t } from "@/lib/i18n";
import { sameDocument } from "../operations/document";
import { type ModelStore, useModels } from "../store";
import { takeOver } from "./take-over";
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
      onFaulty={(held) => store.setFaultyText(held)}
      whileTyping={store.whileTyping}
      onLeave={() => store.seal()}
      problems={marks}
      onClose={onClose}
      readOnly={store.isReadOnly}
    />
  );
}
