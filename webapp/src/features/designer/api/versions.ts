// The versions of a workflow: which there are, what one was, what changed to get there.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listVersions(id: string) {
  return infiniteQueryOptions({
    queryKey: ["workflows", "versions", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/workflows/{id}/versions", {
          params: { path: { id }, query: { limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** What a version says never changes. Its nodes may be moved while it is the newest: who saves that reads it anew. */
export function getVersion(id: string, version: number) {
  return queryOptions({
    queryKey: ["workflows", "version", id, version],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/workflows/{id}/versions/{version}", { params: { path: { id, version } }, signal }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function diffVersions(id: string, from: number, version: number) {
  return queryOptions({
    queryKey: ["workflows", "diff", id, from, version],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/workflows/{id}/versions/{version}/diff", {
          params: { path: { id, version }, query: { from } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
