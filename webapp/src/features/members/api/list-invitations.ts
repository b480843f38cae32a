// Pages through invitations that nobody has taken yet.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listInvitations(workspace: string) {
  return infiniteQueryOptions({
    queryKey: ["invitations", workspace],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/workspaces/{id}/invitations", {
          params: { path: { id: workspace }, query: { limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
