// Publishes the version that is shown: from then on it runs wherever no other one is asked for.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function usePublishWorkflow(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (version: number) =>
      unwrap(
        client.POST("/api/workflows/{id}/publish", {
          params: { path: { id } },
          body: { version },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["workflows"] }),
  });
}
