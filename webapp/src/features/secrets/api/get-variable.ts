// A variable.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getVariable(id: string) {
  return queryOptions({
    queryKey: ["variables", "one", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/variables/{id}", { params: { path: { id } }, signal })),
  });
}
