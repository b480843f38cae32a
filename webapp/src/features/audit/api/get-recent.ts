// The newest entries of the workspace.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const getRecent = queryOptions({
  queryKey: ["audit", "recent"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/audit", { params: { query: { limit: 20 } }, signal })),
});
