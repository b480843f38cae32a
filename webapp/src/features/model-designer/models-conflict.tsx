// What somebody else has saved of the same models in between.

import { type ConflictChoice, ConflictDialog } from "@/components/conflict-dialog";
import { OverwrittenList } from "@/components/overwritten-list";
import { t } from "@/lib/i18n";
import { ChangeList } from "./change-list";
import { nameOf } from "./changes";
import type { Conflict } from "./use-save";

interface ModelsConflictProps {
  conflict: Conflict;
  onChoose: (choice: ConflictChoice) => void;
  onClose: () => void;
}

export function ModelsConflict({ conflict, onChoose, onClose }: ModelsConflictProps) {
  return (
    <ConflictDialog
      title={t("These models were saved elsewhere meanwhile")}
      intro={t(
        "By somebody else, or by you in another place. Your edits are here and in this browser; nothing was overwritten.",
      )}
      refused={conflict.refused}
      note={t("Nothing is sent before you save again.")}
      onChoose={onChoose}
      onClose={onClose}
    >
      <section className="space-y-1.5">
        <h3 className="font-medium">{t("What they changed")}</h3>
        <ChangeList changes={conflict.changes} />
      </section>
      <OverwrittenList
        overwritten={conflict.overwritten.map(({ of, change }) => ({
          what: nameOf(of, conflict.theirs.draft),
          change,
        }))}
      />
    </ConflictDialog>
  );
}
