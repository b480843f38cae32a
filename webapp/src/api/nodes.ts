// The catalogue of node kinds; it changes only with the server, so it is read once.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

export const listNodes = queryOptions({
  queryKey: ["nodes"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/nodes", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
