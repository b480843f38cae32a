// Hides a workspace and all that is in it, unless somebody has changed it since it was read.
import { useMutation } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useDeleteWorkspace(id: string) {
  return useMutation({
    mutationFn: (etag: string | undefined) =>
      settle(
        client.DELETE("/api/workspaces/{id}", { params: { path: { id }, header: { "If-Match": etag } } }),
      ),
  });
}
