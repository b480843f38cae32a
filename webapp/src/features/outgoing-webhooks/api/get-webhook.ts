// A webhook out without its secret, with the mark of what it was when it was read.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { versioned } from "@/api/versioned";

export function getOutgoingWebhook(id: string) {
  return queryOptions({
    queryKey: ["outgoing-webhooks", "one", id],
    queryFn: ({ signal }) => {
      const reply = client.GET("/api/outgoing-webhooks/{id}", { params: { path: { id } }, signal });
      return versioned(reply, unwrap(reply));
    },
  });
}
