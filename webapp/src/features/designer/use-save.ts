// Saving: as the next version, unless somebody else was faster; then nothing is lost, and somebody decides.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { client, unwrap } from "@/api/client";
import { ApiFailure } from "@/api/failure";
import { Intent } from "@/api/intent";
import type { WorkflowDiff } from "@/api/types";
import { UNREAD } from "@/api/versioned";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { SingleFlight } from "@/lib/single-flight";
import { type Opened, openWorkflow } from "./api/open-workflow";
import { createFromDraft, saveDraft } from "./api/save-workflow";
import { type OverwrittenValue, overwritten } from "./history/overwritten";
import { applyAll } from "./operations/apply";
import { operationsBetween } from "./operations/between";
import type { Draft } from "./operations/document";
import { type History, replay, type Step } from "./operations/history";
import { type DesignerStore, useDesigner } from "./store";

interface Found {
  theirs: Opened;
  /** Theirs as a draft. */
  now: Draft;
  /** What they changed since the version that this edit began with. */
  diff: WorkflowDiff | undefined;
}

interface OnTop {
  /** This edit on top of theirs, and what of it is not possible there. */
  merged: History;
  refused: { title: string; why: string }[];
  /** What both changed: put on top, this edit replaces theirs. */
  overwritten: OverwrittenValue[];
}

export type Conflict = Found & OnTop;

export function useSave(store: DesignerStore, onCreated: (id: string) => void) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [found, setFound] = useState<Found | null>(null);
  const [intent] = useState(() => new Intent());
  const [flight] = useState(() => new SingleFlight<Opened["workflow"] | undefined>());
  // The dialog takes the keyboard from a field, and what was typed there counts by that: it goes by the edit as it is now.
  const history = useDesigner(store, (each) => (found ? each.history : null));
  const conflict = useMemo(
    (): Conflict | null => found && history && { ...found, ...onTop(store, history, found.now) },
    [store, history, found],
  );

  const saveNow = useCallback(async (): Promise<Opened["workflow"] | undefined> => {
    if (store.refusesToSave()) return undefined;
    const { id } = store.base;
    const sent = store.draft;
    store.seal();
    setBusy(true);
    setFailure(null);
    try {
      const opened = id === undefined ? await create(sent, intent) : await saveOnTop(store, id, sent);
      store.saved(opened, sent);
      queries.invalidateQueries({ queryKey: ["workflows"] });
      queries.invalidateQueries({ queryKey: ["records", "workflows"] });
      if (id === undefined) onCreated(opened.workflow.id);
      return opened.workflow;
    } catch (cause) {
      const isConflict = cause instanceof ApiFailure && cause.status === 412 && id !== undefined;
      const read = isConflict ? await readConflict(store, id).catch(() => null) : null;
      if (read) setFound(read);
      else setFailure(cause);
      return undefined;
    } finally {
      setBusy(false);
    }
  }, [store, queries, intent, onCreated]);

  /** The workflow as it is now; nothing when it could not be saved. */
  const save = useCallback(() => {
    store.settleTyping();
    return flight.do(saveNow, () => store.isDirty);
  }, [store, flight, saveNow]);

  const settle = useCallback(
    (choice: "merge" | "theirs" | "mine") => {
      if (!found) return;
      store.settleTyping();
      const { theirs, now } = found;
      if (choice === "merge") store.rebase(theirs, onTop(store, store.history, now).merged);
      else if (choice === "theirs") store.rebase(theirs, undefined);
      else store.rebase(theirs, mineOn(store, theirs));
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

async function create(sent: Draft, intent: Intent): Promise<Opened> {
  const { workflow } = await createFromDraft(sent, intent.keyFor(sent));
  intent.renew();
  // Made it is, and known by its id from now on, though it can't be read: another attempt would find its own name taken.
  const now = await openWorkflow(workflow.id).catch(() => undefined);
  const isSame = now?.workflow.version === workflow.version;
  return { workflow, etag: isSame ? now.etag : UNREAD };
}

/** Publishing makes another state of a workflow, and changes nothing of what is edited; of one that is unread no state is known. */
export async function saveOnTop(store: DesignerStore, id: string, sent: Draft): Promise<Opened> {
  const { etag, version, draft } = store.base;
  try {
    return await saveDraft(id, sent, etag);
  } catch (cause) {
    const isOutdated = cause instanceof ApiFailure && cause.status === 412;
    const now = isOutdated ? await openWorkflow(id).catch(() => undefined) : undefined;
    const isSame =
      now?.workflow.version === version && sameJson(store.draftOf(now.workflow), store.draftOf(draft));
    if (!now || !isSame) throw cause;
    return await saveDraft(id, sent, now.etag);
  }
}

async function readConflict(store: DesignerStore, id: string): Promise<Found> {
  const theirs = await openWorkflow(id);
  const { version } = store.base;
  const newest = theirs.workflow.version;
  const diff =
    newest === version
      ? undefined
      : await unwrap(
          client.GET("/api/workflows/{id}/versions/{version}/diff", {
            params: { path: { id, version: newest }, query: { from: version } },
          }),
        );
  return { theirs, now: store.draftOf(theirs.workflow), diff };
}

function onTop(store: DesignerStore, mine: History, now: Draft): OnTop {
  const { history, refused } = replay(now, stepsOf(store, mine), store.knowledge);
  const replaced = overwritten({
    base: store.base.draft.document,
    theirs: now.document,
    merged: history.draft.document,
    operations: history.done.flatMap((step) => step.operations),
  });
  return { merged: history, refused, overwritten: replaced };
}

/** The steps that were done; as one, where not all of them are known any more. */
function stepsOf(store: DesignerStore, { draft, done }: History): readonly Step[] {
  const { draft: base } = store.base;
  try {
    const operations = done.flatMap((step) => step.operations);
    if (sameJson(applyAll(base, operations, store.knowledge).draft, draft)) return done;
  } catch {
    // Steps of before the last saving are not on top of this version.
  }
  return [{ title: t("Your edits"), operations: operationsBetween(base, draft), inverse: [] }];
}

function mineOn(store: DesignerStore, theirs: Opened): History {
  const before = store.draftOf(theirs.workflow);
  const operations = operationsBetween(before, store.draft);
  const { draft, inverse } = applyAll(before, operations, store.knowledge);
  return { draft, done: [{ title: t("Keep your version"), operations, inverse }], undone: [] };
}
