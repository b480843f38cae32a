// Gives a member another role; with the mark of what was seen, only if nobody else has meanwhile.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";

export function useChangeMember(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ user, role, etag }: { user: string; role: string; etag?: string | undefined }) =>
      unwrap(
        client.PUT("/api/workspaces/{id}/members/{user_id}", {
          params: { path: { id: workspace, user_id: user }, header: { "If-Match": etag } },
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
