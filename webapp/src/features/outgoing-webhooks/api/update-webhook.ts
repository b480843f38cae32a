// Changes a webhook out, unless somebody else has since it was read.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { NewOutgoingWebhook } from "@/api/types";

interface Change {
  etag: string | undefined;
  body: Partial<Omit<NewOutgoingWebhook, "secret">>;
}

export function useUpdateOutgoingWebhook(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ etag, body }: Change) =>
      unwrap(
        client.PUT("/api/outgoing-webhooks/{id}", {
          params: { path: { id }, header: { "If-Match": etag } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks"] }),
  });
}
