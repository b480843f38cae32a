// The rows of a list by their index. Pages are read when they come into sight; the chain of them remembers which rows
// there are, and a list that somebody comes back to is as long, and as far scrolled, as it was left.
import { useQueries, useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useMemo, useState } from "react";
import { type Chain, goesOn, learn, locate, pagesBetween, rowsIn, START, startsOf } from "./chain";
import { useHost } from "./host";
import type { Model, RecordData } from "./manifest";
import { PAGE_ROWS, pageQuery } from "./queries";
import { useSlots } from "./slots";
import { useListNews } from "./use-list-news";

export interface Sight {
  from: number;
  to: number;
  /** Pages that are only passed by are not read. */
  passing: boolean;
}

interface Shown {
  query: string;
  chain: Chain;
}

/** So many rows ahead of the last one in sight are read before anybody sees them. */
const AHEAD = 60;
const REMEMBERED = 30;

interface Memory {
  chain: Chain;
  offset: number;
}

const memories = new Map<string, Memory>();

function remember(key: string, change: Partial<Memory>): void {
  const before = memories.get(key) ?? { chain: START, offset: 0 };
  memories.delete(key);
  memories.set(key, { ...before, ...change });
  const oldest = memories.keys().next();
  if (memories.size > REMEMBERED && !oldest.done) memories.delete(oldest.value);
}

function idsOf(items: readonly RecordData[]): string[] {
  return items.map(({ id }) => id);
}

export function usePages(model: Model, query: string, sight: Sight) {
  const { client } = useHost();
  const keyOf = (of: string) => `${model.name}?${of}`;
  const [shown, setShown] = useState<Shown>(() => ({
    query,
    chain: memories.get(keyOf(query))?.chain ?? START,
  }));
  // The first page of what is asked for now; until it is here, what was asked before stays in sight.
  const { freshMs, news } = useSlots(model);
  const isAtTop = sight.to < PAGE_ROWS && !sight.passing;
  const first = useQuery({
    ...pageQuery(client, model, query, null),
    refetchInterval: freshMs !== undefined && isAtTop ? freshMs : false,
  });
  // Asked only where there are news: who asks is drawn again each time.
  const isReading = news !== undefined && first.isFetching;
  useListNews(news, { isAtTop, isReading, refetch: first.refetch });
  const isChanging = shown.query !== query;

  const starts = useMemo(() => startsOf(shown.chain), [shown.chain]);
  const pages = pagesBetween(shown.chain, starts, sight.from, sight.to + AHEAD);
  const results = useQueries({
    queries: pages.map((index) => {
      const link = shown.chain[index];
      const isWaiting = link?.ids === null;
      return {
        ...pageQuery(client, model, shown.query, link?.cursor ?? null),
        enabled: !isChanging && (isWaiting || !sight.passing),
      };
    }),
  });

  const answers = results.map(({ data }) => data);
  const cursors = pages.map((index) => shown.chain[index]?.cursor ?? null);
  useLayoutEffect(() => {
    if (isChanging) {
      if (first.data)
        setShown({ query, chain: learn(START, null, idsOf(first.data.items), first.data.next_cursor) });
      return;
    }
    let { chain } = shown;
    answers.forEach((data, index) => {
      if (data) chain = learn(chain, cursors[index] ?? null, idsOf(data.items), data.next_cursor);
    });
    if (chain !== shown.chain) {
      remember(keyOf(shown.query), { chain });
      setShown({ ...shown, chain });
    }
  });

  const record = (index: number): RecordData | undefined => {
    const spot = locate(starts, index);
    if (spot === undefined) return undefined;
    // Of pages that begin at the same row all but the last are empty, and that is the one that is found.
    const position = pages.indexOf(spot.page);
    return position < 0 ? undefined : answers[position]?.items[spot.row];
  };
  const failed = isChanging ? first : results.find(({ isError }) => isError);
  const isFirstPending = shown.chain[0]?.ids === null && !failed?.isError;
  return {
    chain: shown.chain,
    count: rowsIn(shown.chain),
    more: goesOn(shown.chain),
    isFirstPending,
    isChanging,
    error: failed?.isError ? failed.error : null,
    retry: () => failed?.refetch(),
    record,
    shownQuery: shown.query,
    offset: memories.get(keyOf(shown.query))?.offset ?? 0,
    keepOffset: (offset: number) => remember(keyOf(shown.query), { offset }),
  };
}

export type Pages = ReturnType<typeof usePages>;
