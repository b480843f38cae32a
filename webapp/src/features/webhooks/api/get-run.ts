// How the run of a delivery goes; asked again until it has ended.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { hasEnded } from "@/lib/status";

const LOOKED_AT_EVERY_MS = 3_000;

export function getRun(id: string) {
  return queryOptions({
    queryKey: ["webhooks", "run", id],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async ({ signal }) => {
      const params = { path: { id } };
      return (await unwrap(client.GET("/api/executions/{id}", { params, signal }))).status;
    },
    refetchInterval: (query) => {
      const status = query.state.data;
      return status !== undefined && !hasEnded(status) ? LOOKED_AT_EVERY_MS : false;
    },
  });
}
