// Takes a way to log in away.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { listIdentities } from "./list-identities";

export function useUnlinkIdentity() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      settle(client.DELETE("/api/auth/identities/{id}", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: listIdentities.queryKey }),
  });
}
