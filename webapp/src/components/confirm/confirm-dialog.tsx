// Asks before something that can't be taken back; what matters most takes its name to be typed.
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HARMLESS } from "@/components/dialog-focus";
import { FailureNotice } from "@/components/failure-notice";
import { CONTROL } from "@/components/form";
import { t } from "@/lib/i18n";

interface ConfirmDialogProps {
  title: string;
  /** What becomes of it. */
  children: ReactNode;
  /** What is done: "Remove". */
  confirm: string;
  busy: boolean;
  failure: unknown;
  /** Why it did not happen: "The member was not removed". */
  failureTitle: string;
  /** Has to be typed before it can be done. */
  name?: string;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, confirm, busy, failure, failureTitle, name, onConfirm, onClose } = props;
  const [typed, setTyped] = useState("");
  const isSure = name === undefined || typed.trim() === name;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSure && !busy) onConfirm();
        }}
      >
        <div className="space-y-2 text-sm">{children}</div>
        {name !== undefined && (
          <label className="block space-y-1">
            <span className="text-sm font-medium">{t("Type {{name}} to confirm", { name })}</span>
            <input
              type="text"
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
              className={CONTROL}
            />
          </label>
        )}
        {failure != null && <FailureNotice failure={failure} title={failureTitle} />}
        <div className="flex flex-wrap justify-end gap-2">
          {/* Where its name has to be typed, that is what comes first. */}
          <Button {...(name === undefined && HARMLESS)} onClick={onClose}>
            {t("Cancel")}
          </Button>
          <Button type="submit" weight="primary" disabled={busy || !isSure}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
