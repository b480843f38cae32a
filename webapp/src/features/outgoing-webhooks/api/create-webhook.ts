// Tells another system of what happens; the reply is the only place where the secret is ever seen.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { NewOutgoingWebhook } from "@/api/types";

export function useCreateOutgoingWebhook() {
  const queries = useQueryClient();
  return useIntent(
    (body: NewOutgoingWebhook, key) =>
      unwrap(client.POST("/api/outgoing-webhooks", { params: { header: { "Idempotency-Key": key } }, body })),
    () => queries.invalidateQueries({ queryKey: ["outgoing-webhooks", "list"] }),
  );
}
