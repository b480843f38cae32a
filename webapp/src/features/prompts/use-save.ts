// Saving: as a new prompt or the next version, unless somebody else was faster; then nothing is lost, and somebody decides.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { ApiFailure } from "@/api/failure";
import { Intent } from "@/api/intent";
import { UNREAD } from "@/api/versioned";
import { type Merged, merge } from "@/components/text-diff/lines";
import { SingleFlight } from "@/lib/single-flight";
import { type Opened, openPrompt } from "./api/open-prompt";
import { createPrompt, savePrompt } from "./api/save-prompt";
import { type Draft, draftOf, sameDraft, withVariable } from "./draft";
import type { PromptStore } from "./store";

export interface Conflict {
  theirs: Opened;
  /** Both texts in one. */
  merged: Merged;
}

export function useSave(store: PromptStore, onCreated: (id: string) => void) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [intent] = useState(() => new Intent());
  const [flight] = useState(() => new SingleFlight<boolean>());

  const saveNow = useCallback(async (): Promise<boolean> => {
    const sent = store.draft;
    const { id } = store.base;
    setBusy(true);
    setFailure(null);
    try {
      const opened = id === undefined ? await create(sent, intent) : await update(store, id, sent);
      if ("merged" in opened) {
        setConflict(opened);
        return false;
      }
      store.saved(opened, sent);
      queries.invalidateQueries({ queryKey: ["prompts", "versions"] });
      queries.invalidateQueries({ queryKey: ["records"] });
      if (id === undefined) onCreated(opened.prompt.id);
      return true;
    } catch (cause) {
      setFailure(cause);
      return false;
    } finally {
      setBusy(false);
    }
  }, [store, queries, intent, onCreated]);

  /** Says whether it is saved now. */
  const save = useCallback(() => flight.do(saveNow, () => store.isDirty), [store, flight, saveNow]);

  const settle = useCallback(
    (choice: "merge" | "theirs" | "mine") => {
      if (!conflict) return;
      const { theirs, merged } = conflict;
      const mine = store.draft;
      if (choice === "theirs") store.rebase(theirs, undefined);
      else if (choice === "mine") store.rebase(theirs, mine);
      else store.rebase(theirs, onTopOf(draftOf(theirs.prompt), store.base.draft, mine, merged.text));
      setConflict(null);
    },
    [store, conflict],
  );
  const reset = useCallback(() => {
    setFailure(null);
    setConflict(null);
  }, []);
  return { busy, failure, conflict, save, settle, reset };
}

async function create(sent: Draft, intent: Intent): Promise<Opened> {
  const prompt = await createPrompt(sent, intent.keyFor(sent));
  intent.renew();
  // Made it is, and known by its id from now on, though it can't be read: another attempt would find its own name taken.
  return openPrompt(prompt.id).catch(() => ({ prompt, etag: UNREAD }));
}

async function update(store: PromptStore, id: string, sent: Draft): Promise<Opened | Conflict> {
  const { draft: base, etag } = store.base;
  try {
    return await savePrompt(id, base, sent, etag);
  } catch (cause) {
    if (!(cause instanceof ApiFailure) || cause.status !== 412) throw cause;
    const theirs = await openPrompt(id);
    const now = draftOf(theirs.prompt);
    // Labels were set, or it was not read since it was made: nothing that is edited here was changed.
    if (sameDraft(base, now)) return savePrompt(id, base, sent, theirs.etag);
    return { theirs, merged: merge(base.content, sent.content, now.content) };
  }
}

/** What was changed here, on top of what they have; of the same thing that both changed, this side's. */
export function onTopOf(theirs: Draft, base: Draft, mine: Draft, content: string): Draft {
  const names = new Set([...base.variables, ...mine.variables].map(({ name }) => name));
  let { variables } = theirs;
  for (const name of names) {
    const before = base.variables.find((each) => each.name === name);
    const after = mine.variables.find((each) => each.name === name);
    if (JSON.stringify(before) !== JSON.stringify(after))
      variables = withVariable(variables, after ?? { name });
  }
  return {
    name: mine.name === base.name ? theirs.name : mine.name,
    description: mine.description === base.description ? theirs.description : mine.description,
    content,
    variables,
    note: mine.note,
  };
}
