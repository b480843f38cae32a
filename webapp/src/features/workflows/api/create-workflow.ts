// Adds a workflow from its text; the server reads YAML and JSON alike and names line and column of a mistake.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, newIdempotencyKey, unwrap } from "@/api/client";

export function useCreateWorkflow() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (source: string) =>
      unwrap(
        client.POST("/api/workflows", {
          params: { header: { "Idempotency-Key": newIdempotencyKey() } },
          body: { source },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["workflows", "list"] }),
  });
}
