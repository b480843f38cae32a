// The workspaces that one owned, and that can be brought back, on one page.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listDeleted = queryOptions({
  queryKey: ["workspaces", "deleted"],
  queryFn: ({ signal }) =>
    unwrap(client.GET("/api/workspaces", { params: { query: { deleted: true } }, signal })),
});
