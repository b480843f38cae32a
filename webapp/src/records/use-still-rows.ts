// Rows that come in above those that somebody looks at push nothing out of place: the list is scrolled by as much.
import { type RefObject, useLayoutEffect, useRef } from "react";
import type { Pages } from "./use-pages";

/** Further than this nobody follows a row. */
const REACH = 100;

interface Held {
  index: number;
  /** The row that was at the upper edge, and the one below it. */
  ids: readonly [string, string];
}

export function useStillRows(scroller: RefObject<HTMLElement | null>, pages: Pages, rowHeight: number): void {
  const before = useRef<(Held & { query: string }) | null>(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const idAt = (index: number) => pages.record(index)?.id;
    const held = before.current;
    const isHeld = held?.query === pages.shownQuery && element.scrollTop > 0;
    const moved = isHeld ? shiftOf(held, idAt) : 0;
    if (moved > 0) element.scrollTop += moved * rowHeight;
    const index = Math.floor(element.scrollTop / rowHeight);
    const [one, next] = [idAt(index), idAt(index + 1)];
    const isKnown = one !== undefined && next !== undefined;
    before.current = isKnown ? { query: pages.shownQuery, index, ids: [one, next] } : null;
  });
}

/** By how many rows both have moved down together. One alone has found another place in the order, and is not followed. */
export function shiftOf({ index, ids }: Held, idAt: (index: number) => string | undefined): number {
  if (idAt(index) === ids[0]) return 0;
  for (let shift = 1; shift <= REACH; shift += 1)
    if (idAt(index + shift) === ids[0]) return idAt(index + shift + 1) === ids[1] ? shift : 0;
  return 0;
}
