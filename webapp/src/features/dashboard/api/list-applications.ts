// The applications by name, with what is live of each.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listApplications(limit: number) {
  return queryOptions({
    queryKey: ["applications", "first", limit],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/applications", { params: { query: { limit } }, signal })),
    refetchInterval: 10_000,
  });
}
