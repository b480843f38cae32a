// Starts a run; a repeated request after a lost answer finds the run that the first one started.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { JsonRecord } from "@/lib/json";

/** For trying a workflow out: one step of it, and what others give in place of running. */
export interface Trial {
  only?: string;
  pins?: Record<string, { output: unknown; port?: string }>;
}

export function useExecuteWorkflow(id: string, version?: number, { only, pins }: Trial = {}) {
  const queries = useQueryClient();
  return useIntent(
    (inputs: JsonRecord, key) =>
      unwrap(
        client.POST("/api/workflows/{id}/execute", {
          params: { path: { id }, header: { "Idempotency-Key": key } },
          body: { inputs, version, only, pins },
        }),
      ),
    () => queries.invalidateQueries({ queryKey: ["executions", "list"] }),
  );
}
