// Gives a workspace another name, or another one for addresses.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";
import { getWorkspace } from "./get-workspace";

interface Update {
  name: string;
  slug: string;
  etag: string | undefined;
}

export function useUpdateWorkspace(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, slug, etag }: Update) =>
      unwrap(
        client.PUT("/api/workspaces/{id}", {
          params: { path: { id }, header: { "If-Match": etag } },
          body: { name, slug },
        }),
      ),
    // Who was refused since somebody was faster sees what is there now, and can save what they typed on top of it.
    onError: () => queries.invalidateQueries({ queryKey: getWorkspace(id).queryKey }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: getWorkspace(id).queryKey }),
        queries.invalidateQueries({ queryKey: getProfile.queryKey }),
      ]),
  });
}
