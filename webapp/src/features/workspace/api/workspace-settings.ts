// How a workspace is kept, with the mark by which the server knows whether somebody else has changed that since.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { WorkspaceSettings } from "@/api/types";

export interface KeptSettings {
  settings: WorkspaceSettings;
  etag: string | undefined;
}

export function getWorkspaceSettings(id: string) {
  return queryOptions({
    queryKey: ["workspace", id, "settings"],
    // Not kept: a form must not begin with what was read for an earlier one.
    gcTime: 0,
    queryFn: async ({ signal }): Promise<KeptSettings> => {
      const reply = client.GET("/api/workspaces/{id}/settings", { params: { path: { id } }, signal });
      const settings = await unwrap(reply);
      return { settings, etag: (await reply).response.headers.get("ETag") ?? undefined };
    },
  });
}

export function useSaveWorkspaceSettings(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ settings, etag }: KeptSettings): Promise<KeptSettings> => {
      const reply = client.PUT("/api/workspaces/{id}/settings", {
        params: { path: { id }, header: { "If-Match": etag } },
        body: settings,
      });
      const saved = await unwrap(reply);
      return { settings: saved, etag: (await reply).response.headers.get("ETag") ?? undefined };
    },
    // Who was refused since somebody was faster can look at what is there now, or save what they typed on top of it.
    onError: () => queries.invalidateQueries({ queryKey: getWorkspaceSettings(id).queryKey }),
    onSuccess: () => queries.invalidateQueries({ queryKey: getWorkspaceSettings(id).queryKey }),
  });
}
