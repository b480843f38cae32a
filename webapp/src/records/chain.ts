// A list of any length as a chain of pages, each known by the cursor that leads to it. The chain keeps cursors and
// ids only, so that whoever chooses rows means those that were there to see; the rows are read when they come into sight and
// forgotten later.

export interface Link {
  /** Null for the first page. */
  cursor: string | null;
  /** Of its rows, as they were when it was read last; null until then. */
  ids: readonly string[] | null;
  next: string | null;
}

export type Chain = readonly Link[];

export const START: Chain = [{ cursor: null, ids: null, next: null }];

/** Records what a page turned out to hold. A page that was changed since it was read before leads elsewhere: what followed is forgotten. */
export function learn(
  chain: Chain,
  cursor: string | null,
  ids: readonly string[],
  next: string | null,
): Chain {
  const index = chain.findIndex((link) => link.cursor === cursor);
  const known = chain[index];
  if (known === undefined || (isSame(known.ids, ids) && known.next === next)) return chain;
  const here: Link = { cursor, ids, next };
  const follows = chain[index + 1];
  if (known.ids !== null && follows && follows.cursor === next)
    return [...chain.slice(0, index), here, ...chain.slice(index + 1)];
  const after: Link[] = next === null ? [] : [{ cursor: next, ids: null, next: null }];
  return [...chain.slice(0, index), here, ...after];
}

function isSame(known: readonly string[] | null, ids: readonly string[]): boolean {
  return known?.length === ids.length && known.every((id, at) => id === ids[at]);
}

/** How many rows are known. */
export function rowsIn(chain: Chain): number {
  return chain.reduce((sum, { ids }) => sum + (ids?.length ?? 0), 0);
}

/** The ids of all rows that are known, in their order. */
export function idsIn(chain: Chain): string[] {
  return chain.flatMap(({ ids }) => ids ?? []);
}

/** Whether another page waits to be read. */
export function goesOn(chain: Chain): boolean {
  return chain.at(-1)?.ids === null;
}

export interface Spot {
  page: number;
  row: number;
}

/** Which page holds a row, and where in it. */
export function locate(starts: readonly number[], index: number): Spot | undefined {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const start = starts[low];
  return start === undefined ? undefined : { page: low, row: index - start };
}

/** The index of each page's first row. An empty page begins where the next one does. */
export function startsOf(chain: Chain): number[] {
  const starts: number[] = [];
  let sum = 0;
  for (const { ids } of chain) {
    starts.push(sum);
    sum += ids?.length ?? 0;
  }
  return starts;
}

/** The pages between two rows, and the one that waits when its place is in sight. */
export function pagesBetween(chain: Chain, starts: readonly number[], from: number, to: number): number[] {
  const first = locate(starts, from)?.page ?? 0;
  const pages: number[] = [];
  for (let page = first; page < chain.length && (starts[page] ?? 0) <= to; page += 1) pages.push(page);
  return pages;
}
