// How the live release of an application is: asked again while somebody looks.
import { queryOptions } from "@tanstack/react-query";
import { stayInSight } from "@/lib/in-sight";
import { Turns } from "@/lib/turns";
import { client, unwrap } from "./client";
import type { ApplicationHealth } from "./types";

const EVERY_MS = 10_000;
/** Each time, a program is asked: it may take seconds to say nothing. */
const IN_PASSING_EVERY_MS = 30_000;
/** A browser has six connections to a server that speaks HTTP/1.1: programs that hang must leave some to the rest of the page. */
const inPassing = new Turns(4);

export function getHealth(id: string) {
  return queryOptions({
    queryKey: ["applications", "health", id],
    queryFn: ({ signal }) => askHealth(id, signal),
    refetchInterval: EVERY_MS,
  });
}

/**
 * The same for where many are told of at once: asked less often, a few at a time, and only what stays in sight; one that can't be
 * asked is not asked again at once.
 */
export function getHealthInPassing(id: string) {
  return queryOptions({
    ...getHealth(id),
    queryFn: async ({ signal }) => {
      await stayInSight(signal);
      return inPassing.take(signal, () => askHealth(id, signal));
    },
    staleTime: IN_PASSING_EVERY_MS,
    refetchInterval: IN_PASSING_EVERY_MS,
    retry: false,
  });
}

function askHealth(id: string, signal: AbortSignal): Promise<ApplicationHealth> {
  return unwrap(client.GET("/api/applications/{id}/health", { params: { path: { id } }, signal }));
}
