// Removes a role that no member has.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useDeleteRole(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      settle(
        client.DELETE("/api/workspaces/{id}/roles/{name}", { params: { path: { id: workspace, name } } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["roles", workspace] }),
  });
}
