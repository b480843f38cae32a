// Begins the run that serves an application straight from its models.
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { Application } from "@/api/types";

export type Previewed = Pick<Application, "id" | "name" | "updated_at" | "preview">;

/** What is sent is the application as it stands: once its models have changed, previewing it is another intent. */
export function useStartPreview() {
  return useIntent(
    ({ id }: Pick<Application, "id" | "updated_at">, key) =>
      unwrap(
        client.POST("/api/applications/{id}/preview", {
          params: { path: { id }, header: { "Idempotency-Key": key } },
        }),
      ),
    () => undefined,
  );
}
