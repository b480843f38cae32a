// Whether there are runners, and how much waits for them.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const getStatus = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/status", { signal })),
  refetchInterval: 10_000,
});
