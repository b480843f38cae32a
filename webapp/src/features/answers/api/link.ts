// The link that answers one step: what it asks, and the answer.
import { queryOptions, useMutation } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { AnswerBody } from "@/api/types";

export interface AnswerLink {
  execution: string;
  step: string;
  token: string;
}

export function getQuestion(path: AnswerLink) {
  return queryOptions({
    queryKey: ["question", path],
    queryFn: () =>
      unwrap(
        client.GET("/api/resume/{execution}/{step}/{token}", {
          params: { path },
          headers: { accept: "application/json" },
        }),
      ),
    retry: false,
  });
}

export function useAnswerLink(path: AnswerLink) {
  return useMutation({
    mutationFn: (body: AnswerBody) =>
      unwrap(client.POST("/api/resume/{execution}/{step}/{token}", { params: { path }, body })),
  });
}
