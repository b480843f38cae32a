// One model with its fields.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getModel(id: string) {
  return queryOptions({
    queryKey: ["models", "one", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/models/{id}", { params: { path: { id } }, signal })),
  });
}
