// What is live of an application. One request, repeated while somebody looks, answers for all rows of a list; those that
// it does not hold are asked for by themselves.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { LiveRelease } from "@/api/types";
import { liveOf } from "@/lib/application-standing";
import { getApplication } from "./get-application";
import { listApplications } from "./list-applications";

const EVERY_MS = 10_000;

interface Live {
  /** Null while nothing is live; undefined as long as it is not known, or while the server can't tell. */
  live: LiveRelease | null | undefined;
  /** Asked, and not answered yet. */
  isPending: boolean;
  /** Why it could not be asked. */
  failure: Error | null;
}

export function useLive(id: string): Live {
  const list = useInfiniteQuery(listApplications);
  const listed = list.data?.pages.flatMap(({ items }) => items).find((application) => application.id === id);
  const one = useQuery({
    ...getApplication(id),
    enabled: !list.isPending && listed === undefined,
    staleTime: EVERY_MS,
    refetchInterval: EVERY_MS,
  });
  const application = listed ?? one.data;
  return {
    live: application && liveOf(application),
    isPending: !application && !one.isError,
    failure: application ? null : one.error,
  };
}
