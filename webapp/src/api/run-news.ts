// Hears when runs begin and end, so that lists of them need not wait for their next look. Without it, they look every half minute.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Live, live } from "./live";

/** How often lists of runs are read again when no news of them come, or none can be heard. */
export const LOOKED_AT_EVERY_MS = 30_000;

/** What changes together is told together, */
const GATHER_MS = 100;
/** and however much happens, no more often than this. */
const APART_MS = 1_000;
/** Who was refused may have logged in again by then. */
const REFUSED_FOR_MS = 60_000;

/** Reads all queries of `["executions", list]` anew when runs changed: those of one workflow, or any. */
export function useRunNews(list: "list" | "latest", enabled: boolean, workflowId?: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return undefined;
    return watchRuns(readAnew(queries, ["executions", list]), { workflowId });
  }, [queries, list, enabled, workflowId]);
}

/**
 * Reads what begins with this key whenever it is called. What is under way is let come to its end first, since a list that takes
 * longer than news do would never come; it may have begun before the news, so it is read once more then.
 */
export function readAnew(queries: QueryClient, queryKey: readonly string[]): () => Promise<void> {
  let isBehind = false;
  let isReading = false;
  return async () => {
    isBehind = true;
    if (isReading) return;
    isReading = true;
    while (isBehind) {
      await queries.refetchQueries({ queryKey, fetchStatus: "fetching" }, { cancelRefetch: false });
      isBehind = false;
      await queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
    }
    isReading = false;
  };
}

interface Watch {
  workflowId?: string | undefined;
  heard?: Live;
}

export function watchRuns(onNews: () => void, { workflowId, heard = live }: Watch = {}): () => void {
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let told = Number.NEGATIVE_INFINITY;
  let isMissed = false;
  let leave = () => {};

  const tell = () => {
    // A page that nobody sees reads nothing; it is told when it is seen again.
    isMissed = document.hidden;
    if (isMissed) return;
    gathering ??= setTimeout(
      () => {
        gathering = undefined;
        told = performance.now();
        onNews();
      },
      Math.max(GATHER_MS, told + APART_MS - performance.now()),
    );
  };
  const onVisible = () => {
    if (isMissed) tell();
  };
  const listen = () => {
    leave = heard.listen(
      { topic: "executions", ...(workflowId !== undefined && { workflow_id: workflowId }) },
      {
        // The list at the beginning as well: what the page shows was read before, and what came in between is told by nobody.
        onEvent: tell,
        onShared: tell,
        onConnection: (connection) => {
          if (connection !== "refused" && connection !== "closed") return;
          clearTimeout(retry);
          retry = setTimeout(listen, REFUSED_FOR_MS);
        },
      },
    );
  };
  document.addEventListener("visibilitychange", onVisible);
  listen();
  return () => {
    document.removeEventListener("visibilitychange", onVisible);
    clearTimeout(gathering);
    clearTimeout(retry);
    leave();
  };
}
