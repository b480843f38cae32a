// Starts the ship workflow of an application: generate, build, deploy, check.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { Application, UnsafeChanges } from "@/api/types";

interface Shipped extends Pick<Application, "id" | "updated_at"> {
  /** What the run is allowed to do to data that is there. */
  allow: UnsafeChanges;
}

/** What is sent is the application as it stands: once its models have changed, shipping it is another intent. */
export function useGenerateApplication() {
  const queries = useQueryClient();
  return useIntent(
    ({ id, allow }: Shipped, key) =>
      unwrap(
        client.POST("/api/applications/{id}/generate", {
          params: { path: { id }, header: { "Idempotency-Key": key } },
          body: { allow },
        }),
      ),
    () => queries.invalidateQueries({ queryKey: ["executions", "list"] }),
  );
}
