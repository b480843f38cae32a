// Somebody else has saved the same prompt in between: what they changed and what was changed here, and nothing of either is lost.
import { ConflictDialog } from "@/components/conflict-dialog";
import { DiffView } from "@/components/text-diff/diff-view";
import { diffLines } from "@/components/text-diff/lines";
import { t } from "@/lib/i18n";
import { draftOf } from "./draft";
import { type PromptStore, usePrompt } from "./store";
import type { Conflict, useSave } from "./use-save";

interface PromptConflictProps {
  store: PromptStore;
  conflict: Conflict;
  onChoose: ReturnType<typeof useSave>["settle"];
  onClose: () => void;
}

export function PromptConflict({ store, conflict, onChoose, onClose }: PromptConflictProps) {
  const base = usePrompt(store, (each) => each.base);
  const mine = usePrompt(store, (each) => each.draft);
  const { theirs, merged } = conflict;
  const now = draftOf(theirs.prompt);
  const { version } = theirs.prompt;
  const old = t("Version {{version}}", { version: base.version });
  return (
    <ConflictDialog
      title={t("This prompt was saved elsewhere meanwhile")}
      intro={t(
        "It is at version {{version}} now, saved by somebody else, or by you in another place. What was written here is still here and in this browser; nothing was overwritten.",
        { version },
      )}
      refused={[]}
      note={t("Each version stays in the list, and the next save makes a new one.")}
      onChoose={onChoose}
      onClose={onClose}
    >
      <section className="space-y-1.5">
        <h3 className="font-medium">{t("What they changed")}</h3>
        <Fields from={base.draft} to={now} />
        <DiffView
          lines={diffLines(base.draft.content, now.content)}
          old={old}
          now={t("Version {{version}}", { version })}
        />
      </section>
      <section className="space-y-1.5">
        <h3 className="font-medium">{t("What was changed here")}</h3>
        <Fields from={base.draft} to={mine} />
        <DiffView
          lines={diffLines(base.draft.content, mine.content)}
          old={old}
          now={t("The text as it is being written")}
        />
      </section>
      {merged.clashes > 0 && (
        <p className="rounded-md bg-warn-soft px-2.5 py-1.5">
          {t(
            "{{count}} places were changed by both. Put together, they have both, theirs first: read them again before saving.",
            {
              count: merged.clashes,
            },
          )}
        </p>
      )}
    </ConflictDialog>
  );
}

interface Named {
  name: string;
  description: string;
}

function Fields({ from, to }: { from: Named; to: Named }) {
  return (
    <>
      {from.name !== to.name && <p>{t("Name: {{from}} became {{to}}", { from: from.name, to: to.name })}</p>}
      {from.description !== to.description && (
        <p>{t("Description: “{{from}}” became “{{to}}”", { from: from.description, to: to.description })}</p>
      )}
    </>
  );
}
