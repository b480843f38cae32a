// Sends a ping now, and says what came of it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useTestOutgoingWebhook(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.POST("/api/outgoing-webhooks/{id}/test", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks", "deliveries", id] }),
  });
}
