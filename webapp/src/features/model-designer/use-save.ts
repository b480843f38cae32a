// Saving: as a whole, unless somebody else was faster; then nothing is lost, and somebody decides.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { ApiFailure } from "@/api/failure";
import { Intent } from "@/api/intent";
import { replay } from "@/lib/edit-history";
import { t } from "@/lib/i18n";
import type { Overwritten } from "@/lib/overwritten";
import { openApplication, saveApplication } from "./api/application";
import { openLoneModel, saveLoneModel } from "./api/lone-model";
import type { Opened } from "./api/opened";
import { type Change, changesBetween } from "./changes";
import { applyAll, LANGUAGE } from "./operations/apply";
import { operationsBetween } from "./operations/between";
import { type Draft, sameDraft } from "./operations/document";
import type { History, Step, Target } from "./operations/operation";
import { overwritten } from "./overwritten";
import { placeProblem } from "./problems";
import type { ModelStore } from "./store";

export interface Conflict {
  theirs: Opened;
  /** What they changed since this edit began. */
  changes: Change[];
  /** This edit on top of theirs, and what of it is not possible there. */
  merged: History;
  refused: { title: string; why: string }[];
  /** What both changed: put on top, this edit replaces theirs. */
  overwritten: Overwritten<Target>[];
}

export function useSave(store: ModelStore, onCreated: (id: string) => void) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [intent] = useState(() => new Intent());

  const save = useCallback(async (): Promise<boolean> => {
    if (store.refusesToSave()) return false;
    const { id } = store.base;
    const sent = store.draft;
    store.seal();
    setBusy(true);
    setFailure(null);
    try {
      const base = id === undefined ? undefined : { ...store.base, id };
      const saving = store.home === "application" ? saveApplication : saveLoneModel;
      const opened = await saving(sent, base, intent);
      store.saved(opened, sent);
      queries.invalidateQueries({ queryKey: ["applications"] });
      queries.invalidateQueries({ queryKey: ["models"] });
      queries.invalidateQueries({ queryKey: ["records"] });
      if (id === undefined) onCreated(opened.id);
      return true;
    } catch (cause) {
      const isConflict = cause instanceof ApiFailure && cause.status === 412 && id !== undefined;
      const read = isConflict ? await readConflict(store, id).catch(() => null) : null;
      if (read) setConflict(read);
      else setFailure(cause);
      if (cause instanceof ApiFailure && cause.status === 422) showFaults(store, sent, cause);
      return false;
    } finally {
      setBusy(false);
    }
  }, [store, queries, intent, onCreated]);

  const settle = useCallback(
    (choice: "merge" | "theirs" | "mine") => {
      if (!conflict) return;
      const { theirs, merged } = conflict;
      if (choice === "merge") store.rebase(theirs, merged);
      else store.rebase(theirs, choice === "theirs" ? undefined : mineOn(store, theirs));
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

/** What saving was refused for stands where it belongs, also for who may not ask before. */
function showFaults(store: ModelStore, sent: Draft, { details }: ApiFailure): void {
  const stem = store.home === "application" ? "" : "/models/0";
  const placed = details.map(({ path, message }) =>
    placeProblem(sent.document, { path: stem + path, message }),
  );
  if (placed.length > 0) store.setProblems(placed);
}

async function readConflict(store: ModelStore, id: string): Promise<Conflict> {
  const theirs = await (store.home === "application" ? openApplication(id) : openLoneModel(id));
  const changes = changesBetween(store.base.draft, theirs.draft);
  const { history, refused } = replay(theirs.draft, stepsOf(store), LANGUAGE);
  const replaced = overwritten({
    base: store.base.draft.document,
    theirs: theirs.draft.document,
    merged: history.draft.document,
    operations: history.done.flatMap((step) => step.operations),
  });
  return { theirs, changes, merged: history, refused, overwritten: replaced };
}

/** The steps that were done; as one, where not all of them are known any more. */
function stepsOf(store: ModelStore): readonly Step[] {
  const { draft: base } = store.base;
  try {
    const operations = store.steps.flatMap((step) => step.operations);
    if (sameDraft(applyAll(base, operations).draft, store.draft)) return store.steps;
  } catch {
    // Steps of before the last saving are not on top of this state.
  }
  return [{ title: t("Your edits"), operations: operationsBetween(base, store.draft), inverse: [] }];
}

function mineOn(store: ModelStore, { draft }: Opened): History {
  const operations = operationsBetween(draft, store.draft);
  const applied = applyAll(draft, operations);
  const step: Step = { title: t("Keep your version"), operations, inverse: applied.inverse };
  return { draft: applied.draft, done: [step], undone: [] };
}
