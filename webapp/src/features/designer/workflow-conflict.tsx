// What somebody else has saved of the same workflow in between.

import { type ConflictChoice, ConflictDialog } from "@/components/conflict-dialog";
import { OverwrittenList } from "@/components/overwritten-list";
import { t } from "@/lib/i18n";
import { DiffList } from "./history/diff-list";
import type { Conflict } from "./use-save";

interface WorkflowConflictProps {
  conflict: Conflict;
  onChoose: (choice: ConflictChoice) => void;
  onClose: () => void;
}

export function WorkflowConflict({ conflict, onChoose, onClose }: WorkflowConflictProps) {
  const { theirs, diff, refused, overwritten } = conflict;
  return (
    <ConflictDialog
      title={t("This workflow was saved elsewhere meanwhile")}
      intro={t(
        "It is at version {{version}} now, saved by somebody else, or by you in another place. Your edits are here and in this browser; nothing was overwritten.",
        { version: theirs.workflow.version },
      )}
      refused={refused}
      note={t("Each version stays in the history, and your next save makes a new one.")}
      onChoose={onChoose}
      onClose={onClose}
    >
      {diff ? (
        <section className="space-y-1.5">
          <h3 className="font-medium">{t("What they changed")}</h3>
          <DiffList diff={diff} />
        </section>
      ) : (
        <p className="text-muted">{t("They moved nodes about; the document is the same.")}</p>
      )}
      <OverwrittenList
        overwritten={overwritten.map(({ of, change }) => ({ what: of ?? t("Workflow"), change }))}
      />
    </ConflictDialog>
  );
}
