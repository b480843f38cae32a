// Pages through who belongs to a workspace.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listMembers(workspace: string) {
  return infiniteQueryOptions({
    queryKey: ["members", workspace],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/workspaces/{id}/members", {
          params: { path: { id: workspace }, query: { limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
