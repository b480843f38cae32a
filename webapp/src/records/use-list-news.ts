// News of a list that somebody looks at: heard all the time, and read once its beginning is in sight.
import { useEffect, useRef, useState } from "react";
import type { ListSlots } from "./slots";

interface List {
  isAtTop: boolean;
  /** While it is being read, for whatever reason: that may have begun before the news, so it is read once more afterwards. */
  isReading: boolean;
  /** Never takes back what is under way: a list that takes longer than news do would not come at all. */
  refetch: (options: { cancelRefetch: boolean }) => unknown;
}

export function useListNews(news: ListSlots["news"], { isAtTop, isReading, refetch }: List): void {
  const [heard, setHeard] = useState(0);
  const known = useRef(0);
  useEffect(() => news?.(() => setHeard((times) => times + 1)), [news]);
  useEffect(() => {
    if (!isAtTop || isReading || known.current === heard) return;
    known.current = heard;
    refetch({ cancelRefetch: false });
  }, [heard, isAtTop, isReading, refetch]);
}
