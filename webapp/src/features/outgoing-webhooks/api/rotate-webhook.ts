// Gives a webhook out another secret, which is shown this once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useRotateOutgoingWebhook(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { overlap: string }) =>
      unwrap(client.POST("/api/outgoing-webhooks/{id}/rotate", { params: { path: { id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks", "one", id] }),
  });
}
