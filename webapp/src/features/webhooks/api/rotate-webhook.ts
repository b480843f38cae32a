// Gives a webhook another secret, which is shown this once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

interface Rotation {
  overlap: string;
  secret?: string;
}

export function useRotateWebhook(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Rotation) =>
      unwrap(client.POST("/api/webhooks/{id}/rotate", { params: { path: { id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks", "one", id] }),
  });
}
