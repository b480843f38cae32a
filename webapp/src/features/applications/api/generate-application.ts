// Starts the ship workflow of an application: generate, build, deploy, check.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, newIdempotencyKey, unwrap } from "@/api/client";

export function useGenerateApplication(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      unwrap(
        client.POST("/api/applications/{id}/generate", {
          params: { path: { id }, header: { "Idempotency-Key": newIdempotencyKey() } },
          body: {},
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["executions", "list"] }),
  });
}
