// Somebody else has saved in between: what they changed, and what can be done without losing anything.
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { ChangeList } from "./change-list";
import type { Conflict } from "./use-save";

interface ConflictDialogProps {
  conflict: Conflict;
  onChoose: (choice: "merge" | "theirs" | "mine") => void;
  onClose: () => void;
}

export function ConflictDialog({ conflict, onChoose, onClose }: ConflictDialogProps) {
  const { changes, refused } = conflict;
  return (
    <Dialog title="Somebody else has saved these models" onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p>Your edits are here and in this browser; nothing was overwritten.</p>
        <section className="space-y-1.5">
          <h3 className="font-medium">What they changed</h3>
          <ChangeList changes={changes} />
        </section>
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
        <p className="text-muted text-xs">Nothing is sent before you save again.</p>
      </div>
    </Dialog>
  );
}
