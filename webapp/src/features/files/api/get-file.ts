// What a file is, without its content.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getFile(id: string) {
  return queryOptions({
    queryKey: ["files", "one", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/files/{id}", { params: { path: { id } }, signal })),
  });
}
