// Lets a member go.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useRemoveMember(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user: string) =>
      settle(
        client.DELETE("/api/workspaces/{id}/members/{user_id}", {
          params: { path: { id: workspace, user_id: user } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["members", workspace] }),
  });
}
