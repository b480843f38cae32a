// Replaces the environment of an application, unless somebody else has changed it since it was read.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { ApplicationEnvironment } from "@/api/types";
import { getEnvironment } from "./get-environment";

interface Change {
  etag: string | undefined;
  body: ApplicationEnvironment;
}

export function useUpdateEnvironment(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ etag, body }: Change) =>
      unwrap(
        client.PUT("/api/applications/{id}/environment", {
          params: { path: { id }, header: { "If-Match": etag } },
          body,
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries(getEnvironment(id)),
        // Shipping it is another intent now.
        queries.invalidateQueries({ queryKey: ["applications", "one", id] }),
        queries.invalidateQueries({ queryKey: ["applications", "list"] }),
      ]),
  });
}
