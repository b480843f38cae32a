// Chooses rows of which some may be out of memory: what lies between, or everything, is read again where it has to be, so that
// no row of those that were meant is left out.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { locate, startsOf, walk } from "./chain";
import { useHost } from "./host";
import type { Model } from "./manifest";
import { PAGE_ROWS, pageQuery, readPage } from "./queries";
import { between, extend, NONE, placeOf, type Selection, type Spot } from "./selection";
import type { Pages } from "./use-pages";

export interface ChoosingOptions {
  selection: Selection;
  onSelection: (next: Selection) => void;
  /** What is being read for the selection can be stopped by this; null when all is there. */
  onReading: (stop: AbortController | null) => void;
}

interface Busy {
  stop: AbortController;
  left: number;
}

export function useChoosing(model: Model, pages: Pages, options: ChoosingOptions) {
  const { client, notify, words } = useHost();
  const queries = useQueryClient();
  const busy = useRef<Busy | null>(null);
  // What is read takes a while: what is chosen by then stays chosen.
  const present = useRef(options);
  present.current = options;
  const idAt = (index: number) => pages.record(index)?.id;

  const { shownQuery } = pages;
  // Rows of another question are not the ones that were meant.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the question that ends it.
  useEffect(
    () => () => {
      if (busy.current === null) return;
      busy.current.stop.abort();
      present.current.onReading(null);
    },
    [shownQuery],
  );

  const gather = async (
    from: number,
    isEnough: (ids: string[], start: number) => boolean,
    take: (ids: string[], start: number) => Selection,
  ) => {
    const starts = startsOf(pages.chain);
    const page = locate(starts, from)?.page ?? 0;
    const start = starts[page] ?? 0;
    if (busy.current === null || busy.current.stop.signal.aborted)
      busy.current = { stop: new AbortController(), left: 0 };
    const own = busy.current;
    const { signal } = own.stop;
    own.left += 1;
    present.current.onReading(own.stop);
    try {
      const ids = await walk(
        pages.chain[page]?.cursor ?? null,
        async (cursor) => {
          // What is in sight is taken as it is seen.
          const { queryKey } = pageQuery(client, model, shownQuery, cursor);
          return queries.getQueryData(queryKey) ?? readPage(client, model, shownQuery, cursor, signal);
        },
        (found) => signal.aborted || isEnough(found, start),
      );
      if (!signal.aborted) present.current.onSelection(take(ids, start));
    } catch {
      if (!signal.aborted) notify(words.notSelected);
    } finally {
      own.left -= 1;
      if (own.left === 0 && !signal.aborted) {
        busy.current = null;
        present.current.onReading(null);
      }
    }
  };

  return {
    /** Everything from where a range begins to this row. */
    toRow: (index: number, anchor: Spot | null) => {
      const begin: Spot = anchor ?? { index, id: idAt(index) };
      const end: Spot = { index, id: idAt(index) };
      const place = placeOf(begin, idAt);
      const from = place < 0 ? index : place;
      const [low, high] = [Math.min(from, index), Math.max(from, index)];
      if (isEvery(low, high, (each) => idAt(each) !== undefined)) {
        options.onSelection(extend({ ...options.selection, anchor: begin }, index, idAt));
        return;
      }
      // Rows that came in between make it longer, but not by more than this.
      const most = high - low + 3 * PAGE_ROWS;
      void gather(
        low,
        (ids, start) => ids.length > most || between(ids, start, begin, end).isWhole,
        (ids, start) => {
          const range = between(ids, start, begin, end);
          return { ids: new Set([...present.current.selection.ids, ...range.ids]), anchor: begin };
        },
      );
    },
    /** Everything that is loaded; where it is chosen already, nothing. */
    everything: () => {
      const { ids } = options.selection;
      const isKnown = (index: number) => idAt(index) !== undefined;
      const isChosen = (index: number) => !isKnown(index) || ids.has(idAt(index) ?? "");
      const last = pages.count - 1;
      if (ids.size >= pages.count && isEvery(0, last, isChosen)) {
        options.onSelection(NONE);
      } else if (isEvery(0, last, isKnown)) {
        const all = Array.from({ length: pages.count }, (_, index) => idAt(index) ?? "");
        options.onSelection({ ids: new Set(all), anchor: null });
      } else {
        void gather(
          0,
          (found) => found.length >= pages.count,
          (found) => ({ ids: new Set(found.slice(0, pages.count)), anchor: null }),
        );
      }
    },
  };
}

function isEvery(from: number, to: number, is: (index: number) => boolean): boolean {
  for (let index = from; index <= to; index += 1) if (!is(index)) return false;
  return true;
}
