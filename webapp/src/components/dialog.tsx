// A modal on the browser's own dialog element, which keeps focus inside and closes on Escape by itself.

import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { beginIn } from "./dialog-focus";

interface DialogProps {
  title: string;
  /** Without it the dialog stays until what it asks for is done. */
  onClose?: () => void;
  children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const titleId = useId();
  // Closed while it still is in the page: only then does the browser give the keyboard back to whoever had it.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      beginIn(body.current);
    }
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      // Browsers let a second Escape close what has refused the first.
      onClose={(event) => {
        const dialog = event.currentTarget;
        if (dialog.open || !dialog.isConnected) return;
        if (onClose) return onClose();
        dialog.showModal();
        beginIn(body.current);
      }}
      className="m-auto w-[min(36rem,calc(100vw-1.5rem))] rounded-xl border border-line bg-raised text-ink shadow-2xl backdrop:bg-black/45"
    >
      <div className="flex items-center justify-between gap-2 border-b border-line px-4 py-2.5">
        <h2 id={titleId} className="truncate text-lg font-semibold">
          {title}
        </h2>
        {onClose && (
          <Button weight="quiet" aria-label={t("Close")} className="px-1.5" onClick={onClose}>
            <X aria-hidden />
          </Button>
        )}
      </div>
      <div ref={body} tabIndex={-1} className="max-h-[75vh] overflow-y-auto p-4 -outline-offset-2">
        {children}
      </div>
    </dialog>
  );
}
