// A webhook without its secret, with the mark of what it was when it was read.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { versioned } from "@/api/versioned";

export function getWebhook(id: string) {
  return queryOptions({
    queryKey: ["webhooks", "one", id],
    queryFn: ({ signal }) => {
      const reply = client.GET("/api/webhooks/{id}", { params: { path: { id } }, signal });
      return versioned(reply, unwrap(reply));
    },
  });
}
