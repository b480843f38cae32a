// Saving: as a whole, unless somebody else was faster; then nothing is lost, and somebody decides.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { ApiFailure } from "@/api/failure";
import { Intent } from "@/api/intent";
import { UNREAD } from "@/api/versioned";
import { replay } from "@/lib/edit-history";
import { t } from "@/lib/i18n";
import type { Overwritten } from "@/lib/overwritten";
import { SingleFlight } from "@/lib/single-flight";
import { openApplication, saveApplication } from "./api/application";
import { openLoneModel, saveLoneModel } from "./api/lone-model";
import type { Opened } from "./api/opened";
import { type Change, changesBetween } from "./changes";
import { applyAll, LANGUAGE } from "./operations/apply";
import { operationsBetween } from "./operations/between";
import { type Draft, sameDocument, sameDraft } from "./operations/document";
import type { History, Step, Target } from "./operations/operation";
import { overwritten } from "./overwritten";
import { placeProblem } from "./problems";
import { type ModelStore, useModels } from "./store";

interface Found {
  theirs: Opened;
  /** What they changed since this edit began. */
  changes: Change[];
}

interface OnTop {
  /** This edit on top of theirs, and what of it is not possible there. */
  merged: History;
  refused: { title: string; why: string }[];
  /** What both changed: put on top, this edit replaces theirs. */
  overwritten: Overwritten<Target>[];
}

export type Conflict = Found & OnTop;

export function useSave(store: ModelStore, onCreated: (id: string) => void) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [found, setFound] = useState<Found | null>(null);
  const [intent] = useState(() => new Intent());
  const [flight] = useState(() => new SingleFlight<boolean>());
  // The dialog takes the keyboard from a field, and what was typed there counts by that: it goes by the edit as it is now.
  const history = useModels(store, (each) => (found ? each.history : null));
  const conflict = useMemo(
    (): Conflict | null => found && history && { ...found, ...onTop(store, history, found.theirs) },
    [store, history, found],
  );

  const saveNow = useCallback(async (): Promise<boolean> => {
    if (store.refusesToSave()) return false;
    const { id } = store.base;
    store.seal();
    setBusy(true);
    setFailure(null);
    let sent = store.draft;
    try {
      if (id !== undefined && store.base.etag === UNREAD) {
        const other = await readMade(store, id);
        if (other) {
          setFound(other);
          return false;
        }
        sent = store.draft;
      }
      const base = id === undefined ? undefined : { ...store.base, id };
      const opened =
        store.home === "application"
          ? await saveApplication(sent, base, intent, (etag) => store.accepted(etag))
          : await saveLoneModel(sent, base, intent);
      store.saved(opened, sent);
      queries.invalidateQueries({ queryKey: ["applications"] });
      queries.invalidateQueries({ queryKey: ["models"] });
      queries.invalidateQueries({ queryKey: ["records"] });
      if (id === undefined) onCreated(opened.id);
      return true;
    } catch (cause) {
      const isConflict = cause instanceof ApiFailure && cause.status === 412 && id !== undefined;
      const read = isConflict ? await readConflict(store, id).catch(() => null) : null;
      if (read) setFound(read);
      else setFailure(cause);
      if (cause instanceof ApiFailure && cause.status === 422) showFaults(store, sent, cause);
      return false;
    } finally {
      setBusy(false);
    }
  }, [store, queries, intent, onCreated]);

  /** Says whether it is saved now. */
  const save = useCallback(() => {
    store.settleTyping();
    return flight.do(saveNow, () => store.isDirty);
  }, [store, flight, saveNow]);

  const settle = useCallback(
    (choice: "merge" | "theirs" | "mine") => {
      if (!found) return;
      store.settleTyping();
      const { theirs } = found;
      if (choice === "merge") store.rebase(theirs, onTop(store, store.history, theirs).merged);
      else store.rebase(theirs, choice === "theirs" ? undefined : mineOn(store, theirs));
      setFound(null);
    },
    [store, found],
  );
  const reset = useCallback(() => {
    setFailure(null);
    setFound(null);
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

function open(store: ModelStore, id: string): Promise<Opened> {
  return store.home === "application" ? openApplication(id) : openLoneModel(id);
}

/** What was made here and could not be read then has ids and a mark, which go along with what is saved on top; nothing, unless somebody else has changed it. */
async function readMade(store: ModelStore, id: string): Promise<Found | undefined> {
  const there = await open(store, id);
  const { draft } = store.base;
  if (!sameDocument(draft.document, there.draft.document))
    return { theirs: there, changes: changesBetween(draft, there.draft) };
  store.saved(there, draft);
  return undefined;
}

async function readConflict(store: ModelStore, id: string): Promise<Found> {
  const theirs = await open(store, id);
  return { theirs, changes: changesBetween(store.base.draft, theirs.draft) };
}

function onTop(store: ModelStore, mine: History, theirs: Opened): OnTop {
  const { history, refused } = replay(theirs.draft, stepsOf(store, mine), LANGUAGE);
  const replaced = overwritten({
    base: store.base.draft.document,
    theirs: theirs.draft.document,
    merged: history.draft.document,
    operations: history.done.flatMap((step) => step.operations),
  });
  return { merged: history, refused, overwritten: replaced };
}

/** The steps that were done; as one, where not all of them are known any more. */
function stepsOf(store: ModelStore, { draft, done }: History): readonly Step[] {
  const { draft: base } = store.base;
  try {
    const operations = done.flatMap((step) => step.operations);
    if (sameDraft(applyAll(base, operations).draft, draft)) return done;
  } catch {
    // Steps of before the last saving are not on top of this state.
  }
  return [{ title: t("Your edits"), operations: operationsBetween(base, draft), inverse: [] }];
}

function mineOn(store: ModelStore, { draft }: Opened): History {
  const operations = operationsBetween(draft, store.draft);
  const applied = applyAll(draft, operations);
  const step: Step = { title: t("Keep your version"), operations, inverse: applied.inverse };
  return { draft: applied.draft, done: [step], undone: [] };
}
