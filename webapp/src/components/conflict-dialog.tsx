// Somebody else has saved in between: what they changed, and what can be done without losing anything.

import type { ReactNode } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";

export type ConflictChoice = "merge" | "theirs" | "mine";

interface ConflictDialogProps {
  title: string;
  intro: string;
  /** What they changed. */
  children: ReactNode;
  /** Edits that are not possible on top of what they changed. */
  refused: readonly { title: string; why: string }[];
  /** What becomes of either. */
  note: string;
  onChoose: (choice: ConflictChoice) => void;
  onClose: () => void;
}

export function ConflictDialog(props: ConflictDialogProps) {
  const { title, intro, children, refused, note, onChoose, onClose } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p>{intro}</p>
        {children}
        {refused.length > 0 && (
          <section className="space-y-1.5">
            <h3 className="font-medium">{t("Of your edits, these are not possible on top of theirs")}</h3>
            <ul className="list-disc space-y-0.5 pl-5 text-muted">
              {refused.map(({ title, why }) => (
                <li key={title + why}>
                  {title}: {why}
                </li>
              ))}
            </ul>
          </section>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => onChoose("theirs")}>{t("Take theirs, drop mine")}</Button>
          <Button onClick={() => onChoose("mine")}>{t("Keep mine, undo theirs")}</Button>
          <Button weight="primary" onClick={() => onChoose("merge")}>
            {t("Put my edits on top of theirs")}
          </Button>
        </div>
        <p className="text-muted text-xs">{note}</p>
      </div>
    </Dialog>
  );
}
