// All kinds of nodes to choose from, by what they are called and by what they do.
import { useMemo } from "react";
import { KindIcon } from "@/components/canvas/kind-icon";
import { type PickItem, PickList } from "@/components/pick-list";
import type { Catalogue } from "../catalogue";

interface NodePaletteProps {
  catalogue: Catalogue;
  onPick: (kind: string) => void;
  onClose: () => void;
}

/** The order in which they are offered; a category that is not here comes last, under its own name. */
const GROUPS: Record<string, string> = {
  data: "Data",
  flow: "Flow",
  http: "HTTP",
  file: "Files",
  system: "System",
  build: "Build",
  deploy: "Deploy",
};
const ORDER = Object.values(GROUPS);

export function NodePalette({ catalogue, onPick, onClose }: NodePaletteProps) {
  const items = useMemo(
    () =>
      [...catalogue.kinds.values()]
        .map(
          (kind): PickItem => ({
            id: kind.kind,
            title: kind.title,
            hint: kind.enabled ? kind.summary : `Switched off on this server. ${kind.summary}`,
            group: GROUPS[kind.category] ?? kind.category,
            keys: kind.kind,
            icon: <KindIcon kind={kind.kind} className="size-4 shrink-0 text-muted" />,
          }),
        )
        .sort((a, b) => rankOf(a) - rankOf(b) || a.title.localeCompare(b.title)),
    [catalogue],
  );
  return (
    <PickList
      label="Add a node"
      placeholder="Search nodes: script, http, loop…"
      items={items}
      nothing="No kind of node fits. What is missing can be a script, or a call of an HTTP address."
      onPick={(item) => onPick(item.id)}
      onClose={onClose}
    />
  );
}

function rankOf({ group }: PickItem): number {
  const at = ORDER.indexOf(group ?? "");
  return at < 0 ? ORDER.length : at;
}
