// Changes a webhook, unless somebody else has since it was read.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { NewWebhook } from "@/api/types";
import { recordsKey } from "@/records";

interface Change {
  etag: string | undefined;
  body: Partial<Omit<NewWebhook, "verification" | "workflow_id" | "secret">>;
}

export function useUpdateWebhook(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ etag, body }: Change) =>
      unwrap(
        client.PUT("/api/webhooks/{id}", {
          params: { path: { id }, header: { "If-Match": etag } },
          body,
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["webhooks"] }),
        queries.invalidateQueries({ queryKey: recordsKey("webhooks") }),
      ]),
  });
}
