// Removes a webhook out, and what is known of its deliveries.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useDeleteOutgoingWebhook(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => settle(client.DELETE("/api/outgoing-webhooks/{id}", { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks", "list"] }),
  });
}
