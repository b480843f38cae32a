// A modal with a form in it: a stray Escape does not throw away what was typed, it asks.
import { type ReactNode, useRef } from "react";
import { askToLeave } from "@/lib/unsaved";
import { Dialog } from "./dialog";

interface FormDialogProps {
  title: string;
  /** Without it the dialog stays until what it asks for is done. */
  onClose?: () => void;
  children: ReactNode;
}

export function FormDialog({ title, onClose, children }: FormDialogProps) {
  const content = useRef<HTMLDivElement>(null);
  // What is typed elsewhere on the page is not lost with it.
  const isTouched = useRef(false);
  const ask = () => {
    if (!onClose) return;
    const dialog = content.current?.closest("dialog");
    // Browsers let a further Escape close what has refused the first: who stays has to find it again.
    if (dialog && !dialog.open) dialog.showModal();
    if (isTouched.current) askToLeave(onClose);
    else onClose();
  };
  return (
    <Dialog title={title} {...(onClose && { onClose: ask })}>
      <div
        ref={content}
        onInput={() => {
          isTouched.current = true;
        }}
      >
        {children}
      </div>
    </Dialog>
  );
}
