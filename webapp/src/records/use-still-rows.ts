// Rows that come in above those that somebody looks at push nothing out of place: the list is scrolled by as much.
import { type RefObject, useLayoutEffect, useRef } from "react";
import type { Pages } from "./use-pages";

/** Further than this nobody follows a row. */
const REACH = 100;

export function useStillRows(scroller: RefObject<HTMLElement | null>, pages: Pages, rowHeight: number): void {
  const before = useRef<{ query: string; index: number; id: string } | null>(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const held = before.current;
    const isHeld = held?.query === pages.shownQuery && element.scrollTop > 0;
    const moved = isHeld ? shiftOf(held, pages) : 0;
    if (moved > 0) element.scrollTop += moved * rowHeight;
    const index = Math.floor(element.scrollTop / rowHeight);
    const id = pages.record(index)?.id;
    before.current = id === undefined ? null : { query: pages.shownQuery, index, id };
  });
}

/** By how many rows the one that was seen at this index has moved down. */
function shiftOf({ index, id }: { index: number; id: string }, pages: Pages): number {
  if (pages.record(index)?.id === id) return 0;
  for (let shift = 1; shift <= REACH; shift += 1) if (pages.record(index + shift)?.id === id) return shift;
  return 0;
}
