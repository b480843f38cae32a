// Makes a role, or gives one other permissions; the server refuses what somebody else has changed since.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";

interface PutRole {
  name: string;
  permissions: string[];
  /** Of the role as it was read; none for one that is made. */
  etag: string | undefined;
}

export function usePutRole(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, permissions, etag }: PutRole) =>
      unwrap(
        client.PUT("/api/workspaces/{id}/roles/{name}", {
          params: { path: { id: workspace, name }, header: { "If-Match": etag } },
          body: { permissions },
        }),
      ),
    // Somebody else was faster, perhaps: theirs are read.
    onError: () => queries.invalidateQueries({ queryKey: ["roles", workspace] }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["roles", workspace] }),
        // It may be one's own role.
        queries.invalidateQueries({ queryKey: getProfile.queryKey }),
      ]),
  });
}
