// The roles of a workspace, on one page: those that every one has, and its own.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listRoles(workspace: string) {
  return queryOptions({
    queryKey: ["roles", workspace],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/workspaces/{id}/roles", { params: { path: { id: workspace } }, signal })),
  });
}
