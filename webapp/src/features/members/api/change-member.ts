// Gives a member another role.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";

export function useChangeMember(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ user, role }: { user: string; role: string }) =>
      unwrap(
        client.PUT("/api/workspaces/{id}/members/{user_id}", {
          params: { path: { id: workspace, user_id: user } },
          body: { role },
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["members", workspace] }),
        // It may be one's own role.
        queries.invalidateQueries({ queryKey: getProfile.queryKey }),
      ]),
  });
}
