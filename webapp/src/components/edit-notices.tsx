// What every screen that edits a draft says of it: edits that came back, edits that can't be kept, what was refused, what can be undone.

import { Redo2, Undo2 } from "lucide-react";
import { useEffect } from "react";
import { t } from "@/lib/i18n";
import { formatAbsolute } from "@/lib/time";
import { useStore } from "@/lib/use-store";
import { Button } from "./button";

/** What is asked of a store of edits, whatever it edits. */
export interface Edited {
  subscribe: (listener: () => void) => () => void;
  readonly refusal: string | null;
  readonly restored: string | null;
  readonly isKept: boolean;
  readonly history: { done: readonly { title: string }[]; undone: readonly { title: string }[] };
  refuse: (why: null) => void;
  discard: () => void;
  keepRestored: () => void;
  undo: () => void;
  redo: () => void;
}

const SAID_FOR_MS = 8_000;

export function EditNotices({ store }: { store: Edited }) {
  const refusal = useStore(store, (each) => each.refusal);
  const restored = useStore(store, (each) => each.restored);
  const isKept = useStore(store, (each) => each.isKept);
  useEffect(() => {
    if (refusal === null) return undefined;
    const timer = setTimeout(() => store.refuse(null), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [refusal, store]);
  return (
    <>
      {restored !== null && (
        <div className="flex flex-wrap items-center gap-2 border-b border-line bg-warn-soft px-3 py-1.5 text-sm">
          <span className="min-w-0 flex-1">
            {t("Your unsaved edits of {{moment}} are here again.", { moment: formatAbsolute(restored) })}
          </span>
          <Button onClick={() => store.discard()}>{t("Discard them")}</Button>
          <Button weight="quiet" onClick={() => store.keepRestored()}>
            {t("Keep")}
          </Button>
        </div>
      )}
      {!isKept && (
        <p role="alert" className="border-b border-line bg-warn-soft px-3 py-1.5 text-sm">
          {t("This browser has no room to keep your edits: save before you leave.")}
        </p>
      )}
      <div role="status" aria-live="polite">
        {refusal !== null && (
          <p className="border-b border-line bg-bad-soft px-3 py-1.5 text-bad text-sm">{refusal}</p>
        )}
      </div>
    </>
  );
}

export function UndoButtons({ store }: { store: Edited }) {
  const history = useStore(store, (each) => each.history);
  const undone = history.undone.at(-1);
  const done = history.done.at(-1);
  const undo = done ? t("Undo: {{title}}", { title: done.title }) : t("Undo");
  const redo = undone ? t("Redo: {{title}}", { title: undone.title }) : t("Redo");
  return (
    <>
      <Button
        weight="quiet"
        className="px-1.5"
        aria-label={undo}
        title={undo}
        disabled={!done}
        onClick={() => store.undo()}
      >
        <Undo2 aria-hidden />
      </Button>
      <Button
        weight="quiet"
        className="px-1.5"
        aria-label={redo}
        title={redo}
        disabled={!undone}
        onClick={() => store.redo()}
      >
        <Redo2 aria-hidden />
      </Button>
    </>
  );
}
