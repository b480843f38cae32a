// Name and description of a prompt, and what is said of the change that is about to be saved.
import { useId } from "react";
import { describedBy, FieldNotes } from "@/components/field-notes";
import { CONTROL } from "@/components/form";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { sameText } from "../draft";
import { type PromptStore, usePrompt } from "../store";

const NAME = /^[a-z][a-z0-9_-]{0,99}$/;

/** What is wrong with a name; nothing as long as none was begun. */
export function nameFault(name: string): string | undefined {
  return name === "" || NAME.test(name)
    ? undefined
    : t("A name has lower case letters, digits, hyphens and underscores, and begins with a letter.");
}

export function PromptForm({ store, readOnly }: { store: PromptStore; readOnly: boolean }) {
  const draft = usePrompt(store, (each) => each.draft);
  const base = usePrompt(store, (each) => each.base);
  const id = useId();
  const fault = nameFault(draft.name);
  const asksForNote = !readOnly && base.id !== undefined && !sameText(base.draft, draft);
  return (
    <div className="grid gap-x-3 gap-y-2 border-line border-b px-3 py-2.5 md:grid-cols-[14rem_1fr]">
      <div className="space-y-1">
        <label htmlFor={`${id}-name`} className="block font-medium text-sm">
          {t("Name")}
        </label>
        <input
          id={`${id}-name`}
          data-name
          value={draft.name}
          readOnly={readOnly}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("for instance support_reply")}
          aria-invalid={fault !== undefined}
          aria-describedby={describedBy({ id: `${id}-name`, ...(fault && { fault }) })}
          className={CONTROL}
          onChange={(event) => store.set("name", event.target.value)}
        />
        <FieldNotes id={`${id}-name`} {...(fault && { fault })} />
      </div>
      <div className="space-y-1">
        <label htmlFor={`${id}-description`} className="block font-medium text-sm">
          {t("Description")}
        </label>
        <input
          id={`${id}-description`}
          value={draft.description}
          readOnly={readOnly}
          maxLength={1000}
          placeholder={t("What it is for")}
          className={CONTROL}
          onChange={(event) => store.set("description", event.target.value)}
        />
      </div>
      {base.id !== undefined && !readOnly && (
        // Its place is kept, so that nothing jumps with the first letter that is typed.
        <div className={cn("flex items-center gap-2 md:col-span-2", !asksForNote && "invisible")}>
          <label htmlFor={`${id}-note`} className="shrink-0 text-muted text-sm">
            {t("What changes")}
          </label>
          <input
            id={`${id}-note`}
            value={draft.note}
            maxLength={1000}
            placeholder={t("A word for the list of versions, if there is one to say")}
            className={CONTROL}
            onChange={(event) => store.set("note", event.target.value)}
          />
        </div>
      )}
    </div>
  );
}
