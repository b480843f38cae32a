// One workflow with its document.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getWorkflow(id: string) {
  return queryOptions({
    queryKey: ["workflows", "one", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/workflows/{id}", { params: { path: { id } }, signal })),
  });
}
