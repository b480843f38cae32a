// Stops what is live of an application; its data stays.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useStopApplication(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.POST("/api/applications/{id}/stop", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["applications"] }),
  });
}
