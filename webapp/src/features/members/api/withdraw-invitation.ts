// Makes the link of an invitation worth nothing.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useWithdrawInvitation(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (invitation: string) =>
      settle(
        client.DELETE("/api/workspaces/{id}/invitations/{invitation_id}", {
          params: { path: { id: workspace, invitation_id: invitation } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["invitations", workspace] }),
  });
}
