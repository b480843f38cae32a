// Which rows of a list are chosen; the last one touched is where a range begins. Pure.

/** A row by its record, and where it was when it was last looked at; without an id as long as it is not loaded. */
export interface Spot {
  index: number;
  id: string | undefined;
}

export interface Selection {
  ids: ReadonlySet<string>;
  /** The id of its row. */
  anchor: string | null;
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

export function toggle({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** What lies between the row where a range begins and another becomes chosen; nothing where the first is gone from the list. */
export function extend(
  { ids, anchor }: Selection,
  index: number,
  rows: readonly string[],
): Selection | undefined {
  const from = anchor === null ? index : rows.indexOf(anchor);
  if (from < 0) return undefined;
  const range = rows.slice(Math.min(from, index), Math.max(from, index) + 1);
  return { ids: new Set([...ids, ...range]), anchor: anchor ?? rows[index] ?? null };
}

/** All rows; where they are chosen already, none. */
export function everything({ ids }: Selection, rows: readonly string[]): Selection {
  return rows.every((id) => ids.has(id)) ? NONE : { ids: new Set(rows), anchor: null };
}
