// One version of a prompt. It never changes, so it is read once.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getVersion(id: string, version: number) {
  return queryOptions({
    queryKey: ["prompts", "version", id, version],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/prompts/{id}/versions/{version}", { params: { path: { id, version } }, signal }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
