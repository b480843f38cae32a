// Which rows of a list are chosen; the last one touched is where a range begins. Pure.

/** A row by its record, and where it was when it was last looked at; without an id as long as it is not loaded. */
export interface Spot {
  index: number;
  id: string | undefined;
}

export interface Selection {
  ids: ReadonlySet<string>;
  anchor: Spot | null;
}

type IdAt = (index: number) => string | undefined;

/** Further than this nobody looks for a row that has moved. */
const REACH = 200;

/** Where a row is now that others may have come or gone; -1 when it is gone. What is not loaded is where it was. */
export function placeOf({ index, id }: Spot, idAt: IdAt): number {
  const there = idAt(index);
  if (id === undefined || there === undefined || there === id) return index;
  for (let step = 1; step <= REACH; step += 1) {
    if (idAt(index + step) === id) return index + step;
    if (index >= step && idAt(index - step) === id) return index - step;
  }
  return -1;
}

export const NONE: Selection = { ids: new Set(), anchor: null };

export function toggle({ ids }: Selection, id: string, index: number): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: { index, id } };
}

/** What lies between two rows, in either order, of ids that begin at a place of the list; one whose id is gone ends nothing. */
export function between(
  ids: readonly string[],
  start: number,
  one: Spot,
  other: Spot,
): { ids: string[]; isWhole: boolean } {
  const at = ({ index, id }: Spot) => (id === undefined ? index - start : ids.indexOf(id));
  const isThere = (place: number) => place >= 0 && place < ids.length;
  const [from, to] = [at(one), at(other)];
  if (isThere(from) && isThere(to))
    return { ids: ids.slice(Math.min(from, to), Math.max(from, to) + 1), isWhole: true };
  return { ids: isThere(to) ? ids.slice(to, to + 1) : [], isWhole: false };
}

/** Everything between the last row touched and this one becomes chosen. Rows that are not there have no id and stay out. */
export function extend(selection: Selection, index: number, idAt: IdAt): Selection {
  const anchor = selection.anchor ? placeOf(selection.anchor, idAt) : -1;
  const from = anchor < 0 ? index : anchor;
  const next = new Set(selection.ids);
  for (let each = Math.min(from, index); each <= Math.max(from, index); each += 1) {
    const id = idAt(each);
    if (id !== undefined) next.add(id);
  }
  return { ids: next, anchor: { index: from, id: idAt(from) ?? selection.anchor?.id } };
}
