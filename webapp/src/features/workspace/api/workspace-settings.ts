// How a workspace is kept, with the mark by which the server knows whether somebody else has changed that since.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { WorkspaceSettings } from "@/api/types";

export function getWorkspaceSettings(id: string) {
  return queryOptions({
    queryKey: ["workspace", id, "settings"],
    queryFn: async ({ signal }) => {
      const reply = client.GET("/api/workspaces/{id}/settings", { params: { path: { id } }, signal });
      const settings = await unwrap(reply);
      return { settings, etag: (await reply).response.headers.get("ETag") ?? undefined };
    },
  });
}

export function useSaveWorkspaceSettings(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ settings, etag }: { settings: WorkspaceSettings; etag: string | undefined }) =>
      unwrap(
        client.PUT("/api/workspaces/{id}/settings", {
          params: { path: { id }, header: { "If-Match": etag } },
          body: settings,
        }),
      ),
    // Who was refused since somebody was faster sees what is there now, and can save what they typed on top of it.
    onError: () => queries.invalidateQueries({ queryKey: getWorkspaceSettings(id).queryKey }),
    onSuccess: () => queries.invalidateQueries({ queryKey: getWorkspaceSettings(id).queryKey }),
  });
}
