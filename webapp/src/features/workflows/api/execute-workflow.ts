// Starts a run; a repeated request after a lost answer finds the run that the first one started.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { JsonRecord } from "@/lib/json";

export function useExecuteWorkflow(id: string, version?: number) {
  const queries = useQueryClient();
  return useIntent(
    (inputs: JsonRecord, key) =>
      unwrap(
        client.POST("/api/workflows/{id}/execute", {
          params: { path: { id }, header: { "Idempotency-Key": key } },
          body: { inputs, version },
        }),
      ),
    () => queries.invalidateQueries({ queryKey: ["executions", "list"] }),
  );
}
