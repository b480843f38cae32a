// Takes an invitation for who has an account already, and goes on in the workspace that it leads to.
import { useMutation } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { chooseWorkspace } from "@/api/workspace";

export function useAcceptInvitation() {
  return useMutation({
    mutationFn: (token: string) => unwrap(client.POST("/api/auth/invitations/accept", { body: { token } })),
    onSuccess: (workspace) => chooseWorkspace(workspace.id),
  });
}
