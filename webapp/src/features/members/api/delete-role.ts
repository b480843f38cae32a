// Removes a role that no member has.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useDeleteRole(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, etag }: { name: string; etag: string | undefined }) =>
      settle(
        client.DELETE("/api/workspaces/{id}/roles/{name}", {
          params: { path: { id: workspace, name }, header: { "If-Match": etag } },
        }),
      ),
    // It may have been changed since the question was asked.
    onError: () => queries.invalidateQueries({ queryKey: ["roles", workspace] }),
    // The list alone: of the one that is gone nothing is asked any more.
    onSuccess: () => queries.invalidateQueries({ queryKey: ["roles", workspace], exact: true }),
  });
}
