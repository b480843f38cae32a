// What the server makes of a version with values in it. A version never changes, so the same is asked once.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function renderPrompt(id: string, version: number, values: Record<string, unknown>) {
  return queryOptions({
    queryKey: ["prompts", "rendered", id, version, values],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST("/api/prompts/{id}/render", {
          params: { path: { id } },
          body: { version, values },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
