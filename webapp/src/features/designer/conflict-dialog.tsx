// Somebody else has saved in between: what they changed, and what can be done without losing anything.
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DiffList } from "./history/diff-list";
import type { Conflict } from "./use-save";

interface ConflictDialogProps {
  conflict: Conflict;
  onChoose: (choice: "merge" | "theirs" | "mine") => void;
  onClose: () => void;
}

export function ConflictDialog({ conflict, onChoose, onClose }: ConflictDialogProps) {
  const { theirs, diff, refused } = conflict;
  return (
    <Dialog title="Somebody else has saved this workflow" onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p>
          It is at version {theirs.workflow.version} now. Your edits are here and in this browser; nothing was
          overwritten.
        </p>
        {diff && (
          <section className="space-y-1.5">
            <h3 className="font-medium">What they changed</h3>
            <DiffList diff={diff} />
          </section>
        )}
        {!diff && <p className="text-muted">They moved nodes about; the document is the same.</p>}
        {refused.length > 0 && (
          <section className="space-y-1.5">
            <h3 className="font-medium">Of your edits, these are not possible on top of theirs</h3>
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
          <Button onClick={() => onChoose("theirs")}>Take theirs, drop mine</Button>
          <Button onClick={() => onChoose("mine")}>Keep mine, undo theirs</Button>
          <Button weight="primary" onClick={() => onChoose("merge")}>
            Put my edits on top of theirs
          </Button>
        </div>
        <p className="text-muted text-xs">
          Each version stays in the history, and your next save makes a new one.
        </p>
      </div>
    </Dialog>
  );
}
