// One role, with the mark by which the server knows whether somebody else has changed it since.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getRole(workspace: string, name: string) {
  return queryOptions({
    queryKey: ["roles", workspace, name],
    staleTime: 0,
    // Not kept: a form must not begin with what was read for an earlier one.
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const reply = client.GET("/api/workspaces/{id}/roles/{name}", {
        params: { path: { id: workspace, name } },
        signal,
      });
      const role = await unwrap(reply);
      return { role, etag: (await reply).response.headers.get("ETag") ?? undefined };
    },
  });
}
