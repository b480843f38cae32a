// All kinds of nodes to choose from, by what they are called and by what they do.

import { useMemo } from "react";
import { KindIcon } from "@/components/canvas/kind-icon";
import { type PickItem, PickList } from "@/components/pick-list";
import { t } from "@/lib/i18n";
import type { Catalogue } from "../catalogue";

interface NodePaletteProps {
  catalogue: Catalogue;
  onPick: (kind: string) => void;
  onClose: () => void;
}

/** The order in which they are offered; a category that is not here comes last, under its own name. */
const GROUPS: Record<string, () => string> = {
  data: () => t("Data"),
  flow: () => t("Flow"),
  http: () => "HTTP",
  file: () => t("Files"),
  system: () => t("System"),
  build: () => t("Build"),
  deploy: () => t("Deploy"),
};

export function NodePalette({ catalogue, onPick, onClose }: NodePaletteProps) {
  const items = useMemo(
    () =>
      [...catalogue.kinds.values()]
        .map(
          (kind): PickItem => ({
            id: kind.kind,
            title: kind.title,
            hint: kind.enabled
              ? kind.summary
              : t("Switched off on this server. {{summary}}", { summary: kind.summary }),
            group: GROUPS[kind.category]?.() ?? kind.category,
            keys: kind.kind,
            icon: <KindIcon kind={kind.kind} className="size-4 shrink-0 text-muted" />,
          }),
        )
        .sort((a, b) => rankOf(a) - rankOf(b) || a.title.localeCompare(b.title)),
    [catalogue],
  );
  return (
    <PickList
      label={t("Add a node")}
      placeholder={t("Search nodes: script, http, loop…")}
      items={items}
      nothing={t("No kind of node fits. What is missing can be a script, or a call of an HTTP address.")}
      onPick={(item) => onPick(item.id)}
      onClose={onClose}
    />
  );
}

function rankOf({ group }: PickItem): number {
  const order = Object.values(GROUPS).map((label) => label());
  const at = order.indexOf(group ?? "");
  return at < 0 ? order.length : at;
}
