// What changed from one version of a prompt to another, line by line.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function diffVersions(id: string, from: number, version: number) {
  return queryOptions({
    queryKey: ["prompts", "diff", id, from, version],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/prompts/{id}/versions/{version}/diff", {
          params: { path: { id, version }, query: { from } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
