// Several nodes at once: what they are, and what can be done to all of them.

import { AlignStartHorizontal, AlignStartVertical, Copy, Trash2 } from "lucide-react";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";
import { align, removeNodes } from "../gestures";
import { type DesignerStore, useDesigner } from "../store";
import { duplicate } from "../use-clipboard";

export function SelectionInspector({ store }: { store: DesignerStore }) {
  const ids = useDesigner(store, (each) => each.selection);
  return (
    <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3 pt-1">
      <div className="flex flex-wrap gap-1.5">
        <Button onClick={() => store.perform(t("Align"), align(ids, "top", store.arrangement))}>
          <AlignStartHorizontal aria-hidden />
          {t("Align at the top")}
        </Button>
        <Button onClick={() => store.perform(t("Align"), align(ids, "left", store.arrangement))}>
          <AlignStartVertical aria-hidden />
          {t("Align at the left")}
        </Button>
        <Button
          onClick={() => {
            const made = duplicate(store);
            if (made) store.select(made);
          }}
        >
          <Copy aria-hidden />
          {t("Duplicate")}
        </Button>
        <Button onClick={() => store.perform(t("Delete"), removeNodes(store.draft, ids))}>
          <Trash2 aria-hidden />
          {t("Delete")}
        </Button>
      </div>
      <ul className="space-y-0.5">
        {ids.map((id) => (
          <li key={id}>
            <button
              type="button"
              className="w-full truncate rounded-md px-2 py-1 text-left font-mono text-xs hover:bg-canvas"
              onClick={() => store.select([id])}
            >
              {id}
            </button>
          </li>
        ))}
      </ul>
      <p className="text-muted text-xs">{t("Copied as text, they can be pasted into any other workflow.")}</p>
    </div>
  );
}
