// A list that the server hands over page by page: its place while it is read, what went wrong, that nothing is there, and more.
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { FailureNotice } from "./failure-notice";
import { ROWS } from "./section";
import { SkeletonRows } from "./skeleton";

interface PagedProps<T> {
  query: UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;
  label: string;
  /** While it is read, for whoever can't see its place. */
  reading: string;
  /** What is said when it can't be read. */
  failed: string;
  empty: ReactNode;
  rows?: number;
  children: (item: T) => ReactNode;
}

export function Paged<T>({ query, label, reading, failed, empty, rows = 3, children }: PagedProps<T>) {
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="space-y-3">
      {query.isPending && <SkeletonRows rows={rows} label={reading} />}
      {query.isError && (
        <FailureNotice failure={query.error} title={failed} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && items.length === 0 && empty}
      {items.length > 0 && (
        <ul aria-label={label} className={ROWS}>
          {items.map(children)}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {query.isFetchingNextPage ? t("Reading…") : t("Show more")}
        </Button>
      )}
    </div>
  );
}
