// A list of any length as a chain of pages, each known by the cursor that leads to it. The chain keeps counts and cursors
// only; rows are read when they come into sight and forgotten later, so that a million of them cost no more than a screen.

export interface Link {
  /** Null for the first page. */
  cursor: string | null;
  /** Null until it was read once. */
  count: number | null;
  next: string | null;
}

export type Chain = readonly Link[];

export const START: Chain = [{ cursor: null, count: null, next: null }];

/** Records what a page turned out to hold. A page that was changed since it was read before leads elsewhere: what followed is forgotten. */
export function learn(chain: Chain, cursor: string | null, count: number, next: string | null): Chain {
  const index = chain.findIndex((link) => link.cursor === cursor);
  const known = chain[index];
  if (known === undefined || (known.count === count && known.next === next)) return chain;
  const here: Link = { cursor, count, next };
  const follows = chain[index + 1];
  if (known.count !== null && follows && follows.cursor === next)
    return [...chain.slice(0, index), here, ...chain.slice(index + 1)];
  const after: Link[] = next === null ? [] : [{ cursor: next, count: null, next: null }];
  return [...chain.slice(0, index), here, ...after];
}

/** How many rows are known. */
export function rowsIn(chain: Chain): number {
  return chain.reduce((sum, { count }) => sum + (count ?? 0), 0);
}

/** Whether another page waits to be read. */
export function goesOn(chain: Chain): boolean {
  return chain.at(-1)?.count === null;
}

/** The ids of rows from one page on, page after page as each leads to the next, until there are enough or no more. */
export async function walk(
  cursor: string | null,
  read: (cursor: string | null) => Promise<{ items: readonly { id: string }[]; next_cursor: string | null }>,
  isEnough: (ids: string[]) => boolean,
): Promise<string[]> {
  const ids: string[] = [];
  for (let next: string | null = cursor, isFirst = true; isFirst || next !== null; isFirst = false) {
    const page = await read(next);
    ids.push(...page.items.map(({ id }) => id));
    if (isEnough(ids)) break;
    next = page.next_cursor;
  }
  return ids;
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
  for (const { count } of chain) {
    starts.push(sum);
    sum += count ?? 0;
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
