// One application.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getApplication(id: string) {
  return queryOptions({
    queryKey: ["applications", "one", id],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/applications/{id}", { params: { path: { id } }, signal })),
  });
}
