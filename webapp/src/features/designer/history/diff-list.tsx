// What changed between two versions, in words.

import type { WorkflowDiff } from "@/api/types";
import { changeWord } from "@/components/canvas/marks";
import { t } from "@/lib/i18n";

const SIGNS = { added: "+", removed: "−", changed: "~" } as const;
const TONES = { added: "text-ok", removed: "text-bad", changed: "text-warn" } as const;

export function DiffList({ diff }: { diff: WorkflowDiff }) {
  const nothing = diff.nodes.length + diff.edges.length + diff.fields.length === 0;
  if (nothing) return <p className="text-muted text-sm">{t("Nothing: the two say the same.")}</p>;
  return (
    <ul className="space-y-0.5 text-sm">
      {diff.fields.map((field) => (
        <Line key={field} change="changed">
          {t("{{field}} of the workflow", { field })}
        </Line>
      ))}
      {diff.nodes.map((node) => (
        <Line key={node.id} change={node.change}>
          <code className="font-mono text-xs">{node.id}</code>
          {node.fields.length > 0 && (
            <span className="text-muted">
              {" "}
              {node.fields.map((field) => (field === "block" ? t("lies elsewhere") : field)).join(", ")}
            </span>
          )}
        </Line>
      ))}
      {diff.edges.map((edge) => (
        <Line key={`${edge.from}.${edge.port}->${edge.to}`} change={edge.change}>
          <code className="font-mono text-xs">
            {edge.from}
            {edge.port === "out" ? "" : `.${edge.port}`} → {edge.to}
          </code>
        </Line>
      ))}
    </ul>
  );
}

function Line({ change, children }: { change: keyof typeof SIGNS; children: React.ReactNode }) {
  return (
    <li className="flex gap-2">
      <span className={`w-3 shrink-0 text-center font-semibold ${TONES[change]}`}>
        <span aria-hidden>{SIGNS[change]}</span>
        <span className="sr-only">{changeWord(change)}</span>
      </span>
      <span className="min-w-0 break-words">{children}</span>
    </li>
  );
}
