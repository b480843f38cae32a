// The values that changed between two versions, before and after: short in the list, whole when one is opened.

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { WorkflowDiff } from "@/api/types";
import { JsonView } from "@/components/json-view";
import { PanelSection } from "@/components/side-panel";
import { t } from "@/lib/i18n";
import type { JsonChange } from "@/lib/json-diff";
import { getVersion } from "../api/versions";
import { brief } from "../expressions/complete";
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
                <Change key={change.path.join(".")} change={change} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}

function Change({ change: { path, before, after } }: { change: JsonChange }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        className="block w-full rounded-md px-2 py-1 text-left text-xs hover:bg-canvas"
        onClick={() => setOpen(!isOpen)}
      >
        <span className="block truncate font-medium">{path.join(".")}</span>
        <span className="flex min-w-0 gap-1.5 font-mono">
          <del className="min-w-0 max-w-[45%] truncate text-bad no-underline">
            <span className="sr-only">{t("before")} </span>
            {short(before)}
          </del>
          <span aria-hidden>→</span>
          <ins className="min-w-0 flex-1 truncate text-ok no-underline">
            <span className="sr-only">{t("after")} </span>
            {short(after)}
          </ins>
        </span>
      </button>
      {isOpen && (
        <div className="space-y-1 py-1 pl-2">
          <p className="text-muted text-xs">{t("before")}</p>
          <Whole value={before} label={t("before")} />
          <p className="text-muted text-xs">{t("after")}</p>
          <Whole value={after} label={t("after")} />
        </div>
      )}
    </li>
  );
}

function short(value: unknown): string {
  return value === undefined ? t("nothing") : brief(value);
}

/** Text as it is written, line by line; all else as a tree. */
function Whole({ value, label }: { value: unknown; label: string }) {
  if (value === undefined) return <p className="text-xs">{t("nothing")}</p>;
  if (typeof value !== "string") return <JsonView value={value} label={label} />;
  return (
    <pre className="thin-scroll max-h-60 overflow-auto whitespace-pre-wrap break-words rounded-md border border-line bg-sunken p-2 font-mono text-xs">
      {value}
    </pre>
  );
}
