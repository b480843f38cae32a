// The run that brings a preview up, asked for again until it has ended or can't be read: that takes a second or two.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { hasEnded } from "@/lib/status";

const AGAIN_MS = 300;

export function followPreview(run: string) {
  return queryOptions({
    queryKey: ["executions", "preview", run],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/executions/{id}", { params: { path: { id: run } }, signal })),
    refetchInterval: ({ state }) =>
      state.error || (state.data && hasEnded(state.data.status)) ? false : AGAIN_MS,
  });
}
