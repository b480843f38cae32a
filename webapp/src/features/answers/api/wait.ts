// Answers a step of a run by the id of its wait.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { AnswerBody } from "@/api/types";

export function useAnswerWait(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: AnswerBody) =>
      unwrap(client.POST("/api/waits/{id}/answer", { params: { path: { id } }, body })),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["executions"] }),
        queries.invalidateQueries({ queryKey: ["waits"] }),
      ]),
  });
}
