// How what the server said is kept: pages, single records, titles, views; one place for the keys.
import { queryOptions } from "@tanstack/react-query";
import { stayInSight } from "@/lib/in-sight";
import type { RecordsClient } from "./client";
import type { ViewStore } from "./host";
import type { Model } from "./manifest";
import { titleOf } from "./titles";

/** What a host calls stale when something else than these screens has changed the records of a model. */
export function recordsKey(model: string): readonly string[] {
  return ["records", model];
}

/** Rows of one request. */
export const PAGE_ROWS = 100;

export function pageQuery(client: RecordsClient, model: Model, query: string, cursor: string | null) {
  return queryOptions({
    queryKey: ["records", model.name, "page", query, cursor],
    queryFn: ({ signal }) =>
      client.list(model, cursor === null ? query : `${query}&${new URLSearchParams({ cursor })}`, signal),
    staleTime: 15_000,
    gcTime: 60_000,
  });
}

export function recordQuery(client: RecordsClient, model: Model, id: string) {
  return queryOptions({
    queryKey: ["records", model.name, "one", id],
    queryFn: ({ signal }) => client.read(model, id, signal),
    // A form and a detail begin with what is known, and look again at once.
    staleTime: 0,
  });
}

export function titleQuery(client: RecordsClient, model: Model, id: string) {
  return queryOptions({
    queryKey: ["records", model.name, "title", id],
    queryFn: async ({ signal }) => {
      await stayInSight(signal);
      const { record } = await client.read(model, id, signal);
      return titleOf(model, record);
    },
    staleTime: 60_000,
    retry: false,
  });
}

export function viewsQuery(store: ViewStore | undefined, model: string) {
  return queryOptions({
    queryKey: ["views", model],
    queryFn: () => store?.list(model) ?? [],
    enabled: store !== undefined,
    staleTime: 60_000,
  });
}
