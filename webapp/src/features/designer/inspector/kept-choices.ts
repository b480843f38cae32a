// What was typed last in each choice of a value that is one of several things, for whoever comes back to it. It lasts as
// long as one looks at the node, and is no part of the workflow. An item of a list is known by its place alone: where a list
// was changed by something else than this form, nothing is kept of its items, since it could come back in another one.

import { valueAt } from "@/lib/json";
import { sameJson } from "@/lib/same-json";
import type { Variant } from "@/lib/schema-variants";
import type { Path } from "../operations/operation";

/** What lies in a place where a form can't say it; and what stands for none at all. */
export const AS_JSON = "json";
export const NOTHING = "";

export type Choice = Variant | typeof AS_JSON | typeof NOTHING;

interface Change {
  from: Choice;
  to: Choice;
  value: unknown;
  /** The variant that the value is, however it was typed. */
  found: Variant | undefined;
}

interface Place {
  path: Path;
  values: Map<Choice, unknown>;
}

export class KeptChoices {
  private places = new Map<string, Place>();
  /** What is edited, as this form knows it: a node, or the document. */
  private known: unknown;

  constructor(root?: unknown) {
    this.known = root;
  }

  /** What is edited now: undo, the text and other people change it as well. */
  see(root: unknown): void {
    const before = this.known;
    if (root === before) return;
    this.known = root;
    this.keepOnly((path) => {
      const list = path.slice(0, firstItem(path));
      return list.length === path.length || sameJson(valueAt(before, list), valueAt(root, list));
    });
  }

  /** What this form sets at a path leaves other items as they are; `read` gives what is edited. */
  edit(path: Path, read: () => unknown, set: () => void): void {
    this.see(read());
    set();
    this.known = read();
    // A list below it is another one now.
    this.keepOnly((each) => !isWithin(each, path) || firstItem(each.slice(path.length)) === undefined);
  }

  /** What is to lie there after another choice; nothing where what lies there stays. */
  change(path: Path, { from, to, value, found }: Change): { value: unknown } | undefined {
    const values = this.valuesAt(path);
    // JSON that is what was chosen goes along with it; otherwise it waits.
    if (from === AS_JSON && to === found) values.delete(AS_JSON);
    else if (from !== NOTHING) values.set(from, value);
    if (to === NOTHING) return { value: undefined };
    if (to === found) return undefined;
    if (values.has(to)) return { value: values.get(to) };
    // Whatever it is, it can be looked at as JSON.
    return to === AS_JSON ? undefined : { value: to.start };
  }

  /** A named value is gone: another of its name begins anew. */
  forget(gone: Path): void {
    this.keepOnly((path) => !isWithin(path, gone));
  }

  /** An item of a list was removed by this form: what was typed in those after it goes along with them. */
  removeItem(list: Path, index: number): void {
    const moved = [...this.places.values()].flatMap((place): Place[] => {
      const { path, values } = place;
      if (path.length <= list.length || !isWithin(path, list)) return [place];
      const at = Number(path[list.length]);
      if (at === index) return [];
      return [at < index ? place : { path: path.with(list.length, at - 1), values }];
    });
    this.places = new Map(moved.map((place) => [keyOf(place.path), place]));
  }

  private keepOnly(isKept: (path: Path) => boolean): void {
    for (const [key, { path }] of this.places) if (!isKept(path)) this.places.delete(key);
  }

  private valuesAt(path: Path): Map<Choice, unknown> {
    const known = this.places.get(keyOf(path));
    if (known) return known.values;
    const values = new Map<Choice, unknown>();
    this.places.set(keyOf(path), { path, values });
    return values;
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((step, at) => step === path[at]);
}

/** Where a path first goes into a list; nothing where it goes into none. */
function firstItem(path: Path): number | undefined {
  const at = path.findIndex((step) => typeof step === "number");
  return at < 0 ? undefined : at;
}
