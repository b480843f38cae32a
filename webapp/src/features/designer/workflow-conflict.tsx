// What somebody else has saved of the same workflow in between.

import { type ConflictChoice, ConflictDialog } from "@/components/conflict-dialog";
import { t } from "@/lib/i18n";
import { DiffList } from "./history/diff-list";
import { ValueChange } from "./history/value-change";
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
      {overwritten.length > 0 && (
        <section className="space-y-1 rounded-md border border-warn/40 p-2.5">
          <h3 className="font-medium">{t("Changed by both: on top of theirs, yours replaces it")}</h3>
          <ul>
            {overwritten.map(({ node, change }) =>
              change ? (
                <ValueChange
                  key={[node ?? "", ...change.path].join(" ")}
                  place={[node ?? t("Workflow"), change.path.join(".")].join(" · ")}
                  before={change.before}
                  after={change.after}
                  words={{ before: t("theirs"), after: t("yours") }}
                />
              ) : (
                <li key={node} className="px-2 py-1 text-xs">
                  {t("{{node}}: they changed it, and you deleted it", { node })}
                </li>
              ),
            )}
          </ul>
        </section>
      )}
    </ConflictDialog>
  );
}
