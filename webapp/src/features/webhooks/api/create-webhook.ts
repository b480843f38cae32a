// Makes an address; the reply is the only place where its secret is ever seen.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { NewWebhook } from "@/api/types";
import { recordsKey } from "@/records";

export function useCreateWebhook() {
  const queries = useQueryClient();
  return useIntent(
    (body: NewWebhook, key) =>
      unwrap(client.POST("/api/webhooks", { params: { header: { "Idempotency-Key": key } }, body })),
    () => queries.invalidateQueries({ queryKey: recordsKey("webhooks") }),
  );
}
