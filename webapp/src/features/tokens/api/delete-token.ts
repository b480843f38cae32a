// Ends a token.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useDeleteToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => settle(client.DELETE("/api/tokens/{id}", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  });
}
