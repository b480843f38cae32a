// Changes a secret, unless somebody else has since it was read. `force` takes a name away from workflows that use it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { NewSecret } from "@/api/types";
import { recordsKey } from "@/records";

interface Change {
  etag: string | undefined;
  force?: boolean;
  body: Partial<NewSecret>;
}

export function useUpdateSecret(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ etag, force, body }: Change) =>
      unwrap(
        client.PUT("/api/secrets/{id}", {
          params: { path: { id }, header: { "If-Match": etag }, query: { force } },
          body,
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["secrets", "one", id] }),
        queries.invalidateQueries({ queryKey: recordsKey("secrets") }),
      ]),
  });
}
