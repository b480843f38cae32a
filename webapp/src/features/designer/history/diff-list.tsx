// What changed between two versions, in words.

import type { WorkflowDiff } from "@/api/types";
import { changeWord } from "@/components/canvas/marks";
import { t } from "@/lib/i18n";
import { changeOf } from "./merged";

const SIGNS = { added: "+", removed: "−", changed: "~", moved: "→" } as const;
const TONES = { added: "text-ok", removed: "text-bad", changed: "text-warn", moved: "text-accent" } as const;

interface DiffListProps {
  diff: WorkflowDiff;
  /** Nodes that stand somewhere else. */
  moved?: readonly string[];
}

export function DiffList({ diff, moved = [] }: DiffListProps) {
  const nothing = diff.nodes.length + diff.edges.length + diff.fields.length + moved.length === 0;
  const known = new Set(diff.nodes.map((node) => node.id));
  if (nothing) return <p className="text-muted text-sm">{t("Nothing: the two say the same.")}</p>;
  return (
    <ul className="space-y-0.5 text-sm">
      {diff.fields.map((field) => (
        <Line key={field} change="changed">
          {t("{{field}} of the workflow", { field })}
        </Line>
      ))}
      {diff.nodes.map((node) => (
        <Line key={node.id} change={changeOf(node)}>
          <code className="font-mono text-xs">{node.id}</code>
          <span className="text-muted"> {wordsOf(node, moved.includes(node.id)).join(", ")}</span>
        </Line>
      ))}
      {moved
        .filter((id) => !known.has(id))
        .map((id) => (
          <Line key={id} change="moved">
            <code className="font-mono text-xs">{id}</code>
            <span className="text-muted"> {t("stands elsewhere")}</span>
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

function wordsOf({ fields }: WorkflowDiff["nodes"][number], isMoved: boolean): string[] {
  const words = fields.map((field) => (field === "block" ? t("lies elsewhere") : field));
  return isMoved ? [...words, t("stands elsewhere")] : words;
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
