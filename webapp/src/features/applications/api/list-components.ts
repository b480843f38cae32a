// What an application consists of besides its models, with the ids of what it uses.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function listComponents(id: string) {
  return queryOptions({
    queryKey: ["applications", "components", id],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/applications/{id}/components", { params: { path: { id } }, signal })),
  });
}
