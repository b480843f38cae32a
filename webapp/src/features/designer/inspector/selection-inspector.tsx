// Several nodes and notes at once: what they are, and what can be done to all of them.

import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  Copy,
  Trash2,
} from "lucide-react";
import { Button } from "@/components/button";
import { isNote, withoutNotes } from "@/components/canvas/notes";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { align, distribute, type Side } from "../gestures";
import { type DesignerStore, useDesigner } from "../store";
import { duplicate } from "../use-clipboard";
import { alignments, distributions } from "../use-commands";

const ALIGN_ICONS: Record<Side, typeof Copy> = {
  top: AlignStartHorizontal,
  middle: AlignCenterHorizontal,
  bottom: AlignEndHorizontal,
  left: AlignStartVertical,
  center: AlignCenterVertical,
  right: AlignEndVertical,
};

interface SelectionInspectorProps {
  store: DesignerStore;
  onRemove: () => void;
}

export function SelectionInspector({ store, onRemove }: SelectionInspectorProps) {
  const chosen = useDesigner(store, (each) => each.selection);
  const layout = useDesigner(store, (each) => each.draft.layout);
  const ids = withoutNotes(chosen);
  return (
    <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3 pt-1">
      <div className="flex flex-wrap gap-1.5">
        {(ids.length > 1 ? alignments() : []).map(({ side, title }) => {
          const Icon = ALIGN_ICONS[side];
          return (
            <Button
              key={side}
              className="px-2"
              aria-label={title}
              title={title}
              onClick={() => store.perform(t("Align"), align(ids, side, store.arrangement))}
            >
              <Icon aria-hidden />
            </Button>
          );
        })}
        {ids.length > 2 &&
          distributions().map(({ axis, title }) => {
            const Icon = axis === "x" ? AlignHorizontalDistributeCenter : AlignVerticalDistributeCenter;
            return (
              <Button
                key={axis}
                className="px-2"
                aria-label={title}
                title={title}
                onClick={() => store.perform(t("Distribute"), distribute(ids, axis, store.arrangement))}
              >
                <Icon aria-hidden />
              </Button>
            );
          })}
      </div>
      <div className="flex flex-wrap gap-1.5">
        <Button
          onClick={() => {
            const made = duplicate(store);
            if (made) store.select(made);
          }}
        >
          <Copy aria-hidden />
          {t("Duplicate")}
        </Button>
        <Button onClick={onRemove}>
          <Trash2 aria-hidden />
          {t("Delete")}
        </Button>
      </div>
      <ul className="space-y-0.5">
        {chosen.map((id) => (
          <li key={id}>
            <button
              type="button"
              className={cn(
                "w-full truncate rounded-md px-2 py-1 text-left text-xs hover:bg-canvas",
                !isNote(id) && "font-mono",
              )}
              onClick={() => store.select([id])}
            >
              {isNote(id) ? layout[id]?.note || t("Note") : id}
            </button>
          </li>
        ))}
      </ul>
      <p className="text-muted text-xs">{t("Copied as text, they can be pasted into any other workflow.")}</p>
    </div>
  );
}
