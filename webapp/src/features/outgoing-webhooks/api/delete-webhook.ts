// Removes a webhook out, and what is known of its deliveries.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useDeleteOutgoingWebhook(id: string, etag: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      settle(
        client.DELETE("/api/outgoing-webhooks/{id}", {
          params: { path: { id }, header: { "If-Match": etag } },
        }),
      ),
    // It may have been changed since it was read, and is shown as it is now.
    onError: () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks", "one", id] }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks", "list"] }),
  });
}
