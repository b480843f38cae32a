// How the live release of an application is: asked again while somebody looks.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

const EVERY_MS = 10_000;

export function getHealth(id: string) {
  return queryOptions({
    queryKey: ["applications", "health", id],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/applications/{id}/health", { params: { path: { id } }, signal })),
    refetchInterval: EVERY_MS,
  });
}
