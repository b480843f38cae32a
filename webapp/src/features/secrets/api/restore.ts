// Brings a secret or a variable back from the trash, with what it held.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { recordsKey } from "@/records";
import type { Named } from "./remove";

export function useRestore(what: Named, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const params = { path: { id } };
      return what === "secrets"
        ? settle(client.POST("/api/secrets/{id}/restore", { params }))
        : settle(client.POST("/api/variables/{id}/restore", { params }));
    },
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: recordsKey(what) }),
        queries.invalidateQueries({ queryKey: recordsKey("trash") }),
        queries.invalidateQueries({ queryKey: [what] }),
      ]),
  });
}
