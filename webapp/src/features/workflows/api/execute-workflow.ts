// Starts a run; the key makes a repeated request after a lost answer find the run that the first one started.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, newIdempotencyKey, unwrap } from "@/api/client";
import type { JsonRecord } from "@/lib/json";

export function useExecuteWorkflow(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (inputs: JsonRecord) =>
      unwrap(
        client.POST("/api/workflows/{id}/execute", {
          params: { path: { id }, header: { "Idempotency-Key": newIdempotencyKey() } },
          body: { inputs },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["executions", "list"] }),
  });
}
