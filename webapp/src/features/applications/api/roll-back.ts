// Begins the run that puts an earlier release live again.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";

/** Going back to the same release once more, after it has ended again, is another intent: `ended_at` tells them apart. */
export function useRollBack() {
  const queries = useQueryClient();
  return useIntent(
    ({ id }: { id: string; ended_at: string }, key) =>
      unwrap(
        client.POST("/api/releases/{id}/rollback", {
          params: { path: { id }, header: { "Idempotency-Key": key } },
        }),
      ),
    () => queries.invalidateQueries({ queryKey: ["executions", "list"] }),
  );
}
