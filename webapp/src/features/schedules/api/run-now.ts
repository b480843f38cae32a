// Begins a run by hand, with what the schedule gives its runs.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { Schedule } from "@/api/types";

export function useRunNow() {
  const queries = useQueryClient();
  return useIntent(
    ({ workflow_id, inputs }: Pick<Schedule, "workflow_id" | "inputs">, key) =>
      unwrap(
        client.POST("/api/workflows/{id}/execute", {
          params: { path: { id: workflow_id }, header: { "Idempotency-Key": key } },
          body: { inputs },
        }),
      ),
    () => queries.invalidateQueries({ queryKey: ["executions"] }),
  );
}
