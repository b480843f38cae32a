// Pauses a run, lets it go on, or begins a new one that goes on from a step of it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { Intent } from "@/api/intent";

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

/** A new run is begun once, however often its answer is lost: attempts at the same share a key. */
export function useRerunExecution(id: string) {
  const queries = useQueryClient();
  const [intent] = useState(() => new Intent());
  return useMutation({
    mutationFn: (body: Rerun) =>
      unwrap(
        client.POST("/api/executions/{id}/rerun", {
          params: { path: { id }, header: { "Idempotency-Key": intent.keyFor({ id, body }) } },
          body,
        }),
      ),
    onSuccess: () => intent.renew(),
    onSettled: () => queries.invalidateQueries({ queryKey: ["executions"] }),
  });
}
