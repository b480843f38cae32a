// How the reader wants things to be; the guide may have been dismissed.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const getSettings = queryOptions({
  queryKey: ["settings"],
  staleTime: 60_000,
  queryFn: ({ signal }) => unwrap(client.GET("/api/settings", { signal })),
});
