// Adds an application from its text, together with the models it holds.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";

export function useCreateApplication() {
  const queries = useQueryClient();
  return useIntent(
    (source: string, key) =>
      unwrap(
        client.POST("/api/applications", {
          params: { header: { "Idempotency-Key": key } },
          body: { source },
        }),
      ),
    () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["applications", "list"] }),
        queries.invalidateQueries({ queryKey: ["models", "list"] }),
      ]),
  );
}
