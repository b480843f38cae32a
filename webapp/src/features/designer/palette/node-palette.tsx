// All kinds of nodes to choose from, by what they are called and by what they do.

import { useMemo } from "react";
import { PickList } from "@/components/pick-list";
import { t } from "@/lib/i18n";
import type { Catalogue } from "../catalogue";
import { paletteItems } from "./palette-items";

interface NodePaletteProps {
  catalogue: Catalogue;
  onPick: (kind: string) => void;
  onClose: () => void;
}

export function NodePalette({ catalogue, onPick, onClose }: NodePaletteProps) {
  const items = useMemo(() => paletteItems(catalogue.kinds.values()), [catalogue]);
  return (
    <PickList
      label={t("Add a node")}
      placeholder={t("Search nodes: script, http, each…")}
      items={items}
      nothing={t("No kind of node fits. What is missing can be a script, or a call of an HTTP address.")}
      onPick={(item) => onPick(item.id)}
      onClose={onClose}
    />
  );
}
