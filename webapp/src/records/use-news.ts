// News of a list that somebody looks at: heard all the time, and read once its beginning is in sight.
import { useEffect, useRef, useState } from "react";
import type { ListSlots } from "./slots";

export function useNews(news: ListSlots["news"], isAtTop: boolean, read: () => unknown): void {
  const [heard, setHeard] = useState(0);
  const known = useRef(0);
  useEffect(() => news?.(() => setHeard((times) => times + 1)), [news]);
  useEffect(() => {
    if (!isAtTop || known.current === heard) return;
    known.current = heard;
    read();
  }, [heard, isAtTop, read]);
}
