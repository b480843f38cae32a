// Brings a deleted workspace back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";
import { listDeleted } from "./list-deleted";

export function useRestoreWorkspace() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(client.POST("/api/workspaces/{id}/restore", { params: { path: { id } } })),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: listDeleted.queryKey }),
        queries.invalidateQueries({ queryKey: getProfile.queryKey }),
      ]),
  });
}
