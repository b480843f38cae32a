// What is typed, kept over a reload, a crash, or a session that ran out, until it is saved or put away. With it is kept over
// what it was typed: whoever finds it again may find another record.
import { useEffect, useMemo, useRef, useState } from "react";
import { changedKeys, type Draft, draftOf } from "./draft";
import { type DraftStore, useHost } from "./host";
import type { Model, RecordData } from "./manifest";

const PAUSE_MS = 300;

export interface DraftState {
  draft: Draft;
  /** The same as of this moment: who types and sends at once sends what was typed, drawn or not. */
  latest: () => Draft;
  /** Over what it was typed. Where it was kept that may be older than the record. */
  begun: Draft;
  isRestored: boolean;
  set: (key: string, value: string | string[]) => void;
  /** Goes on with this one, over the record as it is by now: a new one may have been made. */
  replace: (draft: Draft, record: RecordData) => void;
  discard: () => void;
  /** It was saved: nothing is left to be kept. */
  done: () => void;
}

/** What lies in the browser: of a draft what differs, and what stood there before. */
interface Kept {
  typed: Draft;
  before: Draft;
}

export function useDraft(
  model: Model,
  record: RecordData | null,
  preset: URLSearchParams | undefined,
): DraftState {
  const { drafts, manner } = useHost();
  const { zone } = manner;
  const key = draftKey(model, record);
  const now = useMemo(() => draftOf(model, record, { zone, preset }), [model, record, zone, preset]);
  const [kept] = useState(() => readKept(drafts?.getItem(key) ?? null, now));
  const [draft, setDraft] = useState<Draft>(() => ({ ...now, ...kept?.typed }));
  const [isRestored, setRestored] = useState(kept !== null);
  const [before, setBefore] = useState<Draft>(kept?.before ?? NOTHING);
  const begun = useMemo(() => ({ ...now, ...before }), [now, before]);
  const latest = useRef(draft);
  const write = (next: Draft) => {
    latest.current = next;
    setDraft(next);
  };
  const beginAnew = (next: Draft) => {
    write(next);
    setBefore(NOTHING);
  };
  const isDone = useRef(false);
  /** Keeps what is not kept yet; nothing where all is. */
  const keep = useRef<(() => void) | null>(null);
  useEffect(() => {
    if (!drafts || isDone.current) return;
    keep.current = () => {
      keep.current = null;
      if (!isDone.current) keepDraft(drafts, model, key, { draft, now, begun });
    };
    const timer = setTimeout(() => keep.current?.(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, now, begun, drafts, key, model]);
  // Who leaves in the midst of typing finds the last letters, too.
  useEffect(() => {
    const leave = () => keep.current?.();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
  return {
    draft,
    begun,
    isRestored,
    latest: () => latest.current,
    set: (name, value) => write({ ...latest.current, [name]: value }),
    replace: (next, known) => {
      beginAnew(next);
      if (!drafts) return;
      // At once, since whoever has left by now draws no more.
      const at = draftKey(model, known);
      const there = draftOf(model, known, { zone, preset });
      if (at !== key) drafts.removeItem(key);
      keepDraft(drafts, model, at, { draft: next, now: there, begun: there });
    },
    discard: () => {
      beginAnew(now);
      setRestored(false);
    },
    done: () => {
      isDone.current = true;
      drafts?.removeItem(key);
    },
  };
}

const NOTHING: Draft = {};

function draftKey(model: Model, record: RecordData | null): string {
  return `records.draft.${model.name}.${record?.id ?? "new"}`;
}

function keepDraft(
  drafts: DraftStore,
  model: Model,
  key: string,
  { draft, now, begun }: { draft: Draft; now: Draft; begun: Draft },
) {
  // What nobody is shown again is kept nowhere either.
  const unseen = new Set(model.fields.filter(({ writeOnly }) => writeOnly).map(({ name }) => name));
  const changed = changedKeys(draft, now).filter((each) => !unseen.has(each));
  try {
    if (changed.length === 0) drafts.removeItem(key);
    else drafts.setItem(key, JSON.stringify({ typed: only(draft, changed), before: only(begun, changed) }));
  } catch {
    // A full storage costs the safety net, not the typing.
  }
}

function only(draft: Draft, keys: readonly string[]): Draft {
  return Object.fromEntries(keys.map((key) => [key, draft[key] ?? ""]));
}

function readKept(text: string | null, now: Draft): Kept | null {
  if (text === null) return null;
  try {
    const { typed, before } = JSON.parse(text) as Kept;
    const isKnown = (key: string) =>
      typeof typed[key] === typeof now[key] && typeof before[key] === typeof now[key];
    const known = changedKeys({ ...now, ...typed }, now).filter(isKnown);
    return known.length > 0 ? { typed: only(typed, known), before: only(before, known) } : null;
  } catch {
    return null;
  }
}
