// Invites an address to a workspace.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useInvite(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; role: string }) =>
      unwrap(client.POST("/api/workspaces/{id}/invitations", { params: { path: { id: workspace } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["invitations", workspace] }),
  });
}
