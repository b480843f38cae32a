// What the engine says about itself.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

export const getStatus = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/status", { signal })),
  refetchInterval: 5_000,
});
