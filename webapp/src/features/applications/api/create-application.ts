// Adds an application from its text, together with the models it holds.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, newIdempotencyKey, unwrap } from "@/api/client";

export function useCreateApplication() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (source: string) =>
      unwrap(
        client.POST("/api/applications", {
          params: { header: { "Idempotency-Key": newIdempotencyKey() } },
          body: { source },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["applications", "list"] }),
        queries.invalidateQueries({ queryKey: ["models", "list"] }),
      ]),
  });
}
