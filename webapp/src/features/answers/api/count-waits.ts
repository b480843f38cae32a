// How many steps wait for somebody; asked now and then, since it stands beside every screen.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const LOOKED_AT_EVERY_MS = 10_000;

export const countWaits = queryOptions({
  queryKey: ["waits", "count"],
  queryFn: async ({ signal }) => (await unwrap(client.GET("/api/waits/count", { signal }))).count,
  refetchInterval: LOOKED_AT_EVERY_MS,
});
