// Puts news into the list that was read, and once more into one that is being read just then: it may be older than they are.
import type { QueryClient } from "@tanstack/react-query";
import { listNotifications } from "./api/list-notifications";
import { type News, withNews } from "./pages";

export function takeNews(queries: QueryClient, news: News): void {
  const { queryKey } = listNotifications;
  if (news.reset) return void queries.invalidateQueries({ queryKey });
  const put = () => queries.setQueryData(queryKey, (known) => known && withNews(known, news));
  put();
  const isReading = () => (queries.getQueryState(queryKey)?.fetchStatus ?? "idle") !== "idle";
  if (!isReading()) return;
  // At the very moment of its end, however it ends, so that what was told is out of sight at no time.
  const stop = queries.getQueryCache().subscribe(({ type }) => {
    if (type !== "updated" || isReading()) return;
    stop();
    put();
  });
}
