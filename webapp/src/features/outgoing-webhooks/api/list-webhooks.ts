// Webhooks out by name; a workspace has twenty at most.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listOutgoingWebhooks = infiniteQueryOptions({
  queryKey: ["outgoing-webhooks", "list"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    unwrap(client.GET("/api/outgoing-webhooks", { params: { query: { cursor: pageParam } }, signal })),
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});
