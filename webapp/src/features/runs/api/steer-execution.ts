// Pauses a run, lets it go on, or begins a new one that goes on from a step of it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, newIdempotencyKey, unwrap } from "@/api/client";

export function usePauseExecution(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (pause: boolean) =>
      unwrap(
        pause
          ? client.POST("/api/executions/{id}/pause", { params: { path: { id } } })
          : client.POST("/api/executions/{id}/resume", { params: { path: { id } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["executions"] }),
  });
}

export interface Rerun {
  /** The steps that run again, and with them all that follows. */
  from: string[];
  version: "same" | "newest" | number;
  /** The only step that is wanted. */
  only?: string;
  pins?: Record<string, { output: unknown; port?: string }>;
}

export function useRerunExecution(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Rerun) =>
      unwrap(
        client.POST("/api/executions/{id}/rerun", {
          params: { path: { id }, header: { "Idempotency-Key": newIdempotencyKey() } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["executions"] }),
  });
}
