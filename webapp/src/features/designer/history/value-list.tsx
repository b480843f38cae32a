// The values that changed between two versions, before and after: short in the list, whole when one is opened.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { WorkflowDiff } from "@/api/types";
import { PanelSection } from "@/components/side-panel";
import { ValueChange } from "@/components/value-change";
import { t } from "@/lib/i18n";
import { getVersion } from "../api/versions";
import { readDocument } from "../operations/document";
import { valueChanges } from "./values";

interface ValueListProps {
  workflowId: string;
  from: number;
  version: number;
  diff: WorkflowDiff;
  /** The node that is chosen in the drawing: its changes alone are shown. */
  selected: string | null;
  onSelect: (node: string | null) => void;
}

export function ValueList({ workflowId, from, version, diff, selected, onSelect }: ValueListProps) {
  const before = useQuery(getVersion(workflowId, from)).data;
  const after = useQuery(getVersion(workflowId, version)).data;
  const all = useMemo(() => {
    const [older, newer] = [before && readDocument(before.document), after && readDocument(after.document)];
    if (!older || !newer || typeof older === "string" || typeof newer === "string") return [];
    return valueChanges(
      older,
      newer,
      diff.nodes.map(({ id }) => id),
    );
  }, [before, after, diff]);
  const shown = selected === null ? all : all.filter(({ node }) => node === selected);
  if (all.length === 0) return null;
  return (
    <PanelSection title={selected === null ? t("Values") : t("Values of {{node}}", { node: selected })}>
      {selected !== null && (
        <button type="button" className="text-accent text-xs underline" onClick={() => onSelect(null)}>
          {t("Show those of all nodes")}
        </button>
      )}
      {shown.length === 0 && (
        <p className="text-muted text-sm">{t("No value of this node is another one.")}</p>
      )}
      <ul className="space-y-2" data-values>
        {shown.map(({ node, changes }) => (
          <li key={node ?? ""} className="space-y-0.5">
            {selected === null &&
              (node === undefined ? (
                <p className="text-muted text-xs">{t("Workflow")}</p>
              ) : (
                <button
                  type="button"
                  className="font-mono text-xs hover:underline"
                  onClick={() => onSelect(node)}
                >
                  {node}
                </button>
              ))}
            <ul className="space-y-0.5">
              {changes.map((change) => (
                <ValueChange
                  key={change.path.join(".")}
                  place={change.path.join(".")}
                  before={change.before}
                  after={change.after}
                  words={{ before: t("before"), after: t("after") }}
                />
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}
