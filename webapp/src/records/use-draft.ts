// What is typed, kept over a reload, a crash, or a session that ran out, until it is saved or put away.
import { useEffect, useMemo, useRef, useState } from "react";
import { changedKeys, type Draft, draftOf } from "./draft";
import { useHost } from "./host";
import type { Model, RecordData } from "./manifest";

const PAUSE_MS = 300;

export interface DraftState {
  draft: Draft;
  /** The same as of this moment: who types and sends at once sends what was typed, drawn or not. */
  latest: () => Draft;
  /** What the form began with. */
  begun: Draft;
  isRestored: boolean;
  set: (key: string, value: string | string[]) => void;
  replace: (draft: Draft) => void;
  discard: () => void;
  /** It was saved: nothing is left to be kept. */
  done: () => void;
}

export function useDraft(
  model: Model,
  record: RecordData | null,
  preset: URLSearchParams | undefined,
): DraftState {
  const { drafts, manner } = useHost();
  const { zone } = manner;
  const key = `records.draft.${model.name}.${record?.id ?? "new"}`;
  const begun = useMemo(() => draftOf(model, record, { zone, preset }), [model, record, zone, preset]);
  const [kept] = useState(() => readKept(drafts?.getItem(key) ?? null, begun));
  const [draft, setDraft] = useState<Draft>(() => ({ ...begun, ...kept }));
  const [isRestored, setRestored] = useState(kept !== null);
  const latest = useRef(draft);
  const write = (next: Draft) => {
    latest.current = next;
    setDraft(next);
  };
  const isDone = useRef(false);
  /** Keeps what is not kept yet; nothing where all is. */
  const keep = useRef<(() => void) | null>(null);
  useEffect(() => {
    if (!drafts || isDone.current) return;
    keep.current = () => {
      keep.current = null;
      if (isDone.current) return;
      // What nobody is shown again is kept nowhere either.
      const unseen = new Set(model.fields.filter(({ writeOnly }) => writeOnly).map(({ name }) => name));
      const changed = changedKeys(draft, begun).filter((each) => !unseen.has(each));
      try {
        if (changed.length === 0) drafts.removeItem(key);
        else
          drafts.setItem(key, JSON.stringify(Object.fromEntries(changed.map((each) => [each, draft[each]]))));
      } catch {
        // A full storage costs the safety net, not the typing.
      }
    };
    const timer = setTimeout(() => keep.current?.(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, begun, drafts, key, model]);
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
    replace: write,
    discard: () => {
      write(begun);
      setRestored(false);
    },
    done: () => {
      isDone.current = true;
      drafts?.removeItem(key);
    },
  };
}

function readKept(text: string | null, begun: Draft): Draft | null {
  if (text === null) return null;
  try {
    const kept = JSON.parse(text) as Draft;
    const known = Object.entries(kept).filter(([key, value]) => typeof value === typeof begun[key]);
    const draft = Object.fromEntries(known);
    return changedKeys({ ...begun, ...draft }, begun).length > 0 ? draft : null;
  } catch {
    return null;
  }
}
