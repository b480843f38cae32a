// Makes a workspace, which belongs to who makes it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";

export function useCreateWorkspace() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => unwrap(client.POST("/api/workspaces", { body: { name } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: getProfile.queryKey }),
  });
}
