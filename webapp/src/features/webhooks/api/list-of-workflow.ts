// The webhooks that begin one workflow. Kept beside the records of webhooks: what changes those changes these.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { recordsKey } from "@/records";

export const MOST_WEBHOOKS = 20;

export function listWebhooksOf(workflowId: string) {
  return queryOptions({
    queryKey: [...recordsKey("webhooks"), "of", workflowId],
    queryFn: ({ signal }) => {
      const query = { workflow_id: workflowId, limit: MOST_WEBHOOKS };
      return unwrap(client.GET("/api/webhooks", { params: { query }, signal }));
    },
  });
}
