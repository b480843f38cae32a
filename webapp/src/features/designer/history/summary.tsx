// How many nodes differ between two versions, and how: what the colours of the drawing mean.

import type { WorkflowDiff } from "@/api/types";
import { changeWord, type NodeMark } from "@/components/canvas/marks";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { changeOf } from "./merged";

type Change = NonNullable<NodeMark["change"]>;

const SWATCHES: Record<Change, string> = {
  added: "border-ok bg-ok-soft",
  removed: "border-bad border-dashed bg-bad-soft",
  changed: "border-warn bg-warn-soft",
  moved: "border-accent border-dashed",
};

export function countChanges(
  diff: Pick<WorkflowDiff, "nodes">,
  moved: readonly string[],
): Record<Change, number> {
  const counts: Record<Change, number> = { added: 0, removed: 0, changed: 0, moved: 0 };
  const known = new Set(diff.nodes.map((node) => node.id));
  for (const node of diff.nodes) counts[changeOf(node)] += 1;
  counts.moved += moved.filter((id) => !known.has(id)).length;
  return counts;
}

export function ChangeSummary({ diff, moved }: { diff: WorkflowDiff; moved: readonly string[] }) {
  const counts = countChanges(diff, moved);
  const some = (Object.keys(counts) as Change[]).filter((change) => counts[change] > 0);
  if (some.length === 0) return null;
  return (
    <ul
      aria-label={t("Nodes that differ")}
      className="pointer-events-none absolute top-2 left-2 z-10 flex flex-wrap gap-x-3 gap-y-1 rounded-md border border-line bg-page/90 px-2 py-1 text-xs"
    >
      {some.map((change) => (
        <li key={change} data-changes={change} className="flex items-center gap-1.5">
          <span aria-hidden className={cn("size-3 rounded-sm border-2", SWATCHES[change])} />
          {counts[change]} {changeWord(change)}
        </li>
      ))}
    </ul>
  );
}
