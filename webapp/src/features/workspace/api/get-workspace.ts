// A workspace, with the mark by which the server knows whether somebody else has changed it since.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getWorkspace(id: string) {
  return queryOptions({
    queryKey: ["workspace", id],
    queryFn: async ({ signal }) => {
      const reply = client.GET("/api/workspaces/{id}", { params: { path: { id } }, signal });
      const workspace = await unwrap(reply);
      return { workspace, etag: (await reply).response.headers.get("ETag") ?? undefined };
    },
  });
}
