// Two people have changed one record: what each of them did since it was read, and what both did.
import type { Draft } from "./draft";

export interface Merge {
  /** Theirs where only they changed something, yours everywhere else. */
  draft: Draft;
  /** Changed by both, to different values: somebody has to choose. */
  contested: string[];
  /** Changed by them alone. */
  taken: string[];
}

export function merge(begun: Draft, yours: Draft, theirs: Draft): Merge {
  const draft: Draft = {};
  const contested: string[] = [];
  const taken: string[] = [];
  for (const key of Object.keys(yours)) {
    const [before = "", mine = "", other = ""] = [begun[key], yours[key], theirs[key]];
    draft[key] = mine;
    if (isSame(before, other) || isSame(mine, other)) continue;
    if (isSame(before, mine)) {
      draft[key] = other;
      taken.push(key);
    } else contested.push(key);
  }
  return { draft, contested, taken };
}

function isSame(one: string | string[], other: string | string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
