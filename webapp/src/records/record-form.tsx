// The form of a record, new or known: every fault beside its field, nothing typed is ever lost, and when somebody else was
// quicker, theirs and yours stand side by side. Of what was typed only that is done with which the server has taken.
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button, buttonClass } from "@/components/button";
import type { Versioned } from "./client";
import { Conflict, type ConflictState } from "./conflict";
import { changedKeys, type Draft, draftOf, idsOf, readDraft, writableFields } from "./draft";
import { failureOf, isOutdated, sortFaults } from "./failure";
import { FaultPanel } from "./fault-panel";
import { FieldControl, RelationControl } from "./field-control";
import { useHost, useOpen, useRefresh } from "./host";
import { newKey } from "./key";
import type { Model, RecordData } from "./manifest";
import { merge } from "./merge";
import { MissingRecord } from "./missing-record";
import { recordQuery } from "./queries";
import { FormSkeleton } from "./skeletons";
import { useDraft } from "./use-draft";

interface RecordFormProps {
  model: Model;
  /** Left out for a new record. */
  id?: string;
  /** What a new record begins with, by key. */
  preset?: URLSearchParams;
  onSaved?: (record: RecordData) => void;
  onCancel?: () => void;
}

export function RecordForm({ id, ...rest }: RecordFormProps) {
  return id === undefined ? (
    <Form key={`${rest.model.name} new`} {...rest} known={null} />
  ) : (
    <KnownForm key={`${rest.model.name} ${id}`} {...rest} id={id} />
  );
}

/** Who comes from the record itself sees the form at once; an older copy is read again first. */
const FRESH_MS = 10_000;

function KnownForm({ id, ...rest }: RecordFormProps & { id: string }) {
  const { client } = useHost();
  const query = useQuery({ ...recordQuery(client, rest.model, id), refetchOnWindowFocus: false });
  // The form keeps the version that it began with; only a conflict brings a later one in.
  const first = useRef<Versioned | null>(null);
  const isFresh = !query.isFetching || Date.now() - query.dataUpdatedAt < FRESH_MS;
  if (first.current === null && query.data && isFresh) first.current = query.data;
  if (query.isError && first.current === null)
    return <MissingRecord model={rest.model} error={query.error} onRetry={() => query.refetch()} />;
  if (first.current === null) return <FormSkeleton model={rest.model} />;
  return <Form {...rest} known={first.current} />;
}

interface FormProps extends Omit<RecordFormProps, "id"> {
  known: Versioned | null;
}

interface Attempt {
  draft: Draft;
  version: Versioned | null;
  /** Made by itself after one that came too late. */
  isRepeated?: boolean;
}

function Form({ model, known, preset, onSaved, onCancel }: FormProps) {
  const { client, words, manner, notify, go, path, Link } = useHost();
  const open = useOpen();
  const refresh = useRefresh();
  const form = useRef<HTMLFormElement>(null);
  const [version, setVersion] = useState(known);
  const record = version?.record ?? null;
  const state = useDraft(model, record, preset);
  const { draft } = state;
  const [faults, setFaults] = useState<Record<string, string>>({});
  const [attempts, setAttempts] = useState(0);
  const mergeOf = ({ theirs, begun, yours }: ConflictState) =>
    merge(begun, yours, draftOf(model, theirs.record, manner));
  /** What was typed before over values that are not there any more is chosen between, too. */
  const rival = (): ConflictState | null => {
    if (version === null) return null;
    const one = { theirs: version, begun: state.begun, yours: state.latest() };
    return mergeOf(one).contested.length > 0 ? one : null;
  };
  const [conflict, setConflict] = useState<ConflictState | null>(rival);
  /** Why theirs could not be read, when somebody else was quicker. */
  const [unread, setUnread] = useState<unknown>(null);
  const [key, setKey] = useState(newKey);
  /** What the server had taken of an attempt when it refused the rest. */
  const kept = useRef<Versioned | null>(null);
  const [isPartlySaved, setPartlySaved] = useState(false);
  const keys = [
    ...writableFields(model, record).map(({ name }) => name),
    ...model.relations.map((each) => each.key),
  ];

  /** Stays with what differs from what is saved; the next attempt is one at the record as it is by now. */
  const goOn = async (saved: Versioned, base: Draft) => {
    let now = saved;
    try {
      // Not every answer says what version it has made.
      if (saved.etag === null) now = await client.read(model, saved.record.id);
    } catch {
      // What is known of it is enough to go on with.
    }
    const typed = state.latest();
    const rest = changedKeys(typed, base).map((each) => [each, typed[each]]);
    setVersion(now);
    state.replace({ ...draftOf(model, now.record, manner), ...Object.fromEntries(rest) }, now.record);
    void refresh(model);
    return now;
  };

  const save = useMutation({
    mutationFn: async (sent: Attempt) => {
      kept.current = null;
      const onKept = (saved: Versioned) => {
        kept.current = saved;
      };
      const { document } = readDraft(model, sent.draft, sent.version?.record ?? null, manner.zone);
      if (sent.version === null) return client.create(model, document, { key, onKept });
      const begun = draftOf(model, sent.version.record, manner);
      const changed = changedKeys(sent.draft, begun);
      return client.update(model, sent.version, document, { changed, onKept });
    },
    onSuccess: async (saved, sent) => {
      setConflict(null);
      setPartlySaved(false);
      // Who has typed on meanwhile is not led away from it.
      if (changedKeys(state.latest(), sent.draft).length > 0) {
        notify(words.savedSoFar);
        await goOn(saved, sent.draft);
        return;
      }
      state.done();
      notify(sent.version === null ? words.created : words.saved);
      const refreshed = refresh(model);
      if (onSaved) onSaved(saved.record);
      else go(open(model.name, saved.record.id), { replace: true });
      await refreshed;
    },
    onError: async (error, sent) => {
      const failure = failureOf(error);
      let seen = sent.version;
      if (kept.current !== null) {
        setPartlySaved(true);
        seen = await goOn(kept.current, draftOf(model, kept.current.record, manner));
      }
      if (isOutdated(failure) && seen) {
        let theirs: Versioned;
        try {
          theirs = await client.read(model, seen.record.id);
        } catch (reason) {
          setUnread(reason);
          return;
        }
        const one = { theirs, begun: draftOf(model, seen.record, manner), yours: state.latest() };
        const { draft: merged, contested, taken } = mergeOf(one);
        // Nothing that this form shows has changed: there is nothing to ask, and nothing to tell.
        if (contested.length + taken.length === 0 && !sent.isRepeated) resolve(merged, theirs, true);
        else setConflict(one);
        return;
      }
      const { byKey } = sortFaults(failure.details, keys);
      setFaults(byKey);
      setAttempts((before) => before + 1);
      // The next attempt may carry something else: a new wish, unless this one only got lost on the way.
      if (failure.status >= 400 && failure.status < 500) setKey(newKey());
    },
  });

  // Who opens a form wants to type; on a phone the keyboard would cover what there is to read first.
  useEffect(() => {
    if (window.matchMedia("(pointer: fine)").matches)
      form.current?.querySelector<HTMLElement>("input, select, textarea")?.focus({ preventScroll: true });
  }, []);

  // The first field with a fault is where somebody wants to go on.
  useEffect(() => {
    if (attempts > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempts]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    const sent = state.latest();
    const outcome = readDraft(model, sent, record, manner.zone);
    setFaults(outcome.faults);
    if (Object.keys(outcome.faults).length > 0) {
      save.reset();
      setAttempts(attempts + 1);
      return;
    }
    setUnread(null);
    const contested = rival();
    if (contested) setConflict(contested);
    else save.mutate({ draft: sent, version });
  };
  const set = (name: string, value: string | string[]) => {
    state.set(name, value);
    // A fault is over as soon as somebody works on it.
    if (faults[name] !== undefined) setFaults(({ [name]: _gone, ...rest }) => rest);
  };
  const resolve = (merged: Draft, theirs: Versioned, isRepeated = false) => {
    setVersion(theirs);
    state.replace(merged, theirs.record);
    setConflict(null);
    save.mutate({ draft: merged, version: theirs, isRepeated });
  };
  const cancelPath = record ? open(model.name, record.id) : path({ model: model.name, mode: "list" });
  return (
    <>
      <form ref={form} onSubmit={submit} noValidate aria-label={model.label} className="space-y-5">
        {state.isRestored && (
          <div
            role="status"
            className="flex flex-wrap items-center gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm"
          >
            <span className="flex-1">{words.restored}</span>
            <Button onClick={state.discard}>{words.discard}</Button>
          </div>
        )}
        {unread !== null && <FaultPanel error={unread} title={words.notSaved} />}
        <FormFaults
          faults={faults}
          error={save.error}
          keys={keys}
          labels={labelsOf(model)}
          isPartlySaved={isPartlySaved}
        />
        <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
          {writableFields(model, record).map((field) => (
            <FieldControl
              key={field.name}
              field={field}
              value={String(draft[field.name] ?? "")}
              fault={faults[field.name]}
              onChange={(value) => set(field.name, value)}
            />
          ))}
          {model.relations.map((relation) => (
            <RelationControl
              key={relation.key}
              relation={relation}
              ids={idsOf(draft[relation.key])}
              fault={faults[relation.key]}
              onChange={(ids) => set(relation.key, ids)}
            />
          ))}
        </div>
        <div className="flex flex-wrap gap-2 border-t border-line pt-4">
          <Button type="submit" weight="primary" disabled={save.isPending} className="min-w-20">
            {save.isPending ? words.saving : words.save}
          </Button>
          {onCancel ? (
            <Button onClick={onCancel}>{words.cancel}</Button>
          ) : (
            <Link to={cancelPath} className={buttonClass()}>
              {words.cancel}
            </Link>
          )}
        </div>
      </form>
      {conflict && (
        <Conflict
          model={model}
          state={conflict}
          onResolve={(merged, theirs) => resolve(merged, theirs)}
          onClose={() => setConflict(null)}
        />
      )}
    </>
  );
}

export function labelsOf(model: Model): Record<string, string> {
  return Object.fromEntries([
    ...model.fields.map(({ name, label }) => [name, label]),
    ...model.relations.map(({ key, label }) => [key, label]),
  ]);
}

interface FormFaultsProps {
  faults: Record<string, string>;
  error: unknown;
  keys: readonly string[];
  labels: Record<string, string>;
  isPartlySaved: boolean;
}

/** On top stands what belongs to no field, or a word that the fields say what is wrong. */
function FormFaults({ faults, error, keys, labels, isPartlySaved }: FormFaultsProps) {
  const { words } = useHost();
  const failure = error === null ? null : failureOf(error);
  if (failure !== null && !isOutdated(failure)) {
    const { rest, byKey } = sortFaults(failure.details, keys);
    const isSaidBelow = Object.keys(byKey).length > 0;
    if (!isSaidBelow || rest.length > 0) {
      const details = rest.map((each) => ({ ...each, path: labels[each.path.slice(1)] ?? each.path }));
      const title = isPartlySaved ? words.partlySaved : words.notSaved;
      return <FaultPanel error={{ ...failure, details }} title={title} />;
    }
  }
  if (Object.keys(faults).length === 0) return null;
  return (
    <p role="alert" className="rounded-md border border-bad/30 bg-bad-soft px-3 py-2 text-sm">
      {isPartlySaved && `${words.partlySaved}. `}
      {words.lookAtMarked}
    </p>
  );
}
