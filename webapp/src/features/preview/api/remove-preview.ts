// Ends the preview of an application, and throws away what was entered in it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useRemovePreview(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.DELETE("/api/applications/{id}/preview", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["applications"] }),
  });
}
