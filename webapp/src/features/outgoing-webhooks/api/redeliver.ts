// Has something delivered once more.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useRedeliver(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (delivery: string) =>
      unwrap(
        client.POST("/api/outgoing-webhooks/{id}/deliveries/{delivery}/redeliver", {
          params: { path: { id, delivery } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks", "deliveries", id] }),
  });
}
