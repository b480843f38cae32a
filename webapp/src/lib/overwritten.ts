// What of somebody else's changes is replaced once one's own edits are put on top of them, whatever is edited. Pure.
import { type JsonChange, jsonChanges } from "./json-diff";

export interface Overwritten<Key> {
  of: Key;
  /** What it is to them, and what becomes of it. None where what they changed is gone. */
  change: JsonChange | null;
}

/** A thing that both began with, and what each side made of it; undefined where it is not there any more. */
export interface Compared<Key> {
  of: Key;
  base: unknown;
  theirs: unknown;
  /** Theirs with one's own edits on top. */
  merged: unknown;
}

export function overwrittenOf<Key>(things: readonly Compared<Key>[]): Overwritten<Key>[] {
  return things.flatMap(({ of, base, theirs, merged }): Overwritten<Key>[] => {
    const changed = theirs === undefined ? [] : jsonChanges(base, theirs);
    if (changed.length === 0) return [];
    if (merged === undefined) return [{ of, change: null }];
    return inBoth(changed, jsonChanges(theirs, merged)).map((change) => ({ of, change }));
  });
}

/** Of the second changes those at, within or around a place of the first. */
function inBoth(first: readonly JsonChange[], second: readonly JsonChange[]): JsonChange[] {
  return second.filter(({ path }) =>
    first.some((other) => {
      const depth = Math.min(path.length, other.path.length);
      return path.slice(0, depth).join("\0") === other.path.slice(0, depth).join("\0");
    }),
  );
}
