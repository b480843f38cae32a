// What somebody else has saved of the same workflow in between.
import { type ConflictChoice, ConflictDialog } from "@/components/conflict-dialog";
import { DiffList } from "./history/diff-list";
import type { Conflict } from "./use-save";

interface WorkflowConflictProps {
  conflict: Conflict;
  onChoose: (choice: ConflictChoice) => void;
  onClose: () => void;
}

export function WorkflowConflict({ conflict, onChoose, onClose }: WorkflowConflictProps) {
  const { theirs, diff, refused } = conflict;
  return (
    <ConflictDialog
      title="Somebody else has saved this workflow"
      intro={`It is at version ${theirs.workflow.version} now. Your edits are here and in this browser; nothing was overwritten.`}
      refused={refused}
      note="Each version stays in the history, and your next save makes a new one."
      onChoose={onChoose}
      onClose={onClose}
    >
      {diff ? (
        <section className="space-y-1.5">
          <h3 className="font-medium">What they changed</h3>
          <DiffList diff={diff} />
        </section>
      ) : (
        <p className="text-muted">They moved nodes about; the document is the same.</p>
      )}
    </ConflictDialog>
  );
}
