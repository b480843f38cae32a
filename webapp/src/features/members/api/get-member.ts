// One member, with the mark by which the server knows whether somebody else has changed them since.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { versioned } from "@/api/versioned";

export function getMember(workspace: string, user: string) {
  return queryOptions({
    queryKey: ["members", workspace, "one", user],
    queryFn: ({ signal }) => {
      const reply = client.GET("/api/workspaces/{id}/members/{user_id}", {
        params: { path: { id: workspace, user_id: user } },
        signal,
      });
      return versioned(reply, unwrap(reply));
    },
  });
}
