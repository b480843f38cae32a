// Logs a browser or program out.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { listSessions } from "./list-sessions";

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      settle(client.DELETE("/api/auth/sessions/{id}", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: listSessions.queryKey }),
  });
}
