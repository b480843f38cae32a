// Adds a workflow from its text; the server reads YAML and JSON alike and names line and column of a mistake.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";

export function useCreateWorkflow() {
  const queries = useQueryClient();
  return useIntent(
    (source: string, key) =>
      unwrap(
        client.POST("/api/workflows", {
          params: { header: { "Idempotency-Key": key } },
          body: { source },
        }),
      ),
    () => queries.invalidateQueries({ queryKey: ["workflows", "list"] }),
  );
}
