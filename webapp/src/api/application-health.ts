// How the live release of an application is: asked again while somebody looks.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

const EVERY_MS = 10_000;
/** Each time, a program is asked: it may take seconds to say nothing. */
const IN_PASSING_EVERY_MS = 30_000;

export function getHealth(id: string) {
  return queryOptions({
    queryKey: ["applications", "health", id],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/applications/{id}/health", { params: { path: { id } }, signal })),
    refetchInterval: EVERY_MS,
  });
}

/** The same for where many are told of at once: asked less often, and one that can't be asked is not asked again at once. */
export function getHealthInPassing(id: string) {
  return {
    ...getHealth(id),
    staleTime: IN_PASSING_EVERY_MS,
    refetchInterval: IN_PASSING_EVERY_MS,
    retry: false,
  };
}
