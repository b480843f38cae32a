// Ends one's own place in a workspace.
import { useMutation } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useLeaveWorkspace(id: string) {
  return useMutation({
    mutationFn: () => settle(client.POST("/api/workspaces/{id}/leave", { params: { path: { id } } })),
  });
}
