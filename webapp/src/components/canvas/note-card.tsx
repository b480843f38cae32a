// A note on the canvas: read by everybody, and written where the canvas is edited.
import type { NodeProps } from "@xyflow/react";
import { StickyNote, Trash2 } from "lucide-react";
import { type KeyboardEvent, memo, useContext, useEffect, useState } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { EditingContext } from "./marks";
import type { NoteNode } from "./notes";

const STEPS: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
  const editing = useContext(EditingContext)?.notes;
  return (
    <div
      data-note={id}
      className={cn(
        "flex h-full w-full flex-col overflow-hidden rounded-lg border border-warn/50 bg-warn-soft text-sm",
        selected && "ring-2 ring-accent ring-offset-2 ring-offset-canvas",
      )}
    >
      <div className="lathe-note-grip flex h-6 shrink-0 items-center gap-1.5 px-2 text-2xs text-warn">
        <StickyNote aria-hidden className="size-3.5" />
        <span className="flex-1">{t("Note")}</span>
        {editing && (
          <button
            type="button"
            aria-label={t("Delete this note")}
            className="nodrag grid size-5 place-items-center rounded hover:bg-line"
            onClick={(event) => {
              // What is chosen stays chosen: the canvas would take this for a click on the note.
              event.stopPropagation();
              editing.remove(id);
            }}
          >
            <Trash2 aria-hidden className="size-3.5" />
          </button>
        )}
      </div>
      {editing ? (
        <NoteText id={id} text={data.text} editing={editing} />
      ) : (
        <p className="min-h-0 flex-1 overflow-hidden whitespace-pre-wrap break-words px-2 pb-2">
          {data.text}
        </p>
      )}
    </div>
  );
});

export interface NoteEditing {
  write: (id: string, text: string) => void;
  /** What is typed next is a step of its own. */
  seal: () => void;
  /** Moves it, or makes it larger, by so many steps of the grid. */
  shift: (id: string, by: { x: number; y: number }, grows: boolean) => void;
  remove: (id: string) => void;
}

function NoteText({ id, text, editing }: { id: string; text: string; editing: NoteEditing }) {
  // Typed here first: what comes back from the draft a moment later would put the caret at the end.
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step && event.altKey) {
      event.preventDefault();
      editing.shift(id, step, event.shiftKey);
    }
  };
  return (
    <textarea
      aria-label={t("Note")}
      title={t("Alt and an arrow key move the note, with Shift they make it larger or smaller.")}
      placeholder={t("What whoever reads this should know")}
      className="nodrag nopan nowheel min-h-0 flex-1 resize-none bg-transparent px-2 pb-2 placeholder:text-muted"
      maxLength={4_000}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        editing.write(id, event.target.value);
      }}
      onBlur={editing.seal}
      onKeyDown={onKeyDown}
    />
  );
}
