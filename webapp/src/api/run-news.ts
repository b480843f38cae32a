// Hears when runs begin and end, so that lists of them need not wait for their next look. Without it, they look every half minute.
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
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

/** Reads what begins with this key anew when runs changed: those of one workflow, or any. */
export function useRunNews([first, second]: QueryKey, enabled: boolean, workflowId?: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return undefined;
    const read = () => void queries.invalidateQueries({ queryKey: [first, second] });
    return watchRuns(read, { workflowId });
  }, [queries, first, second, enabled, workflowId]);
}

interface Watch {
  workflowId?: string | undefined;
  heard?: Live;
}

export function watchRuns(onNews: () => void, { workflowId, heard = live }: Watch = {}): () => void {
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let told = Number.NEGATIVE_INFINITY;
  let isKnown = false;
  let isMissed = false;
  let leave = () => {};

  const tell = () => {
    // A page that nobody sees reads nothing; it is told when it is seen again.
    isMissed = document.hidden;
    if (isMissed) return;
    gathering ??= setTimeout(
      () => {
        gathering = undefined;
        told = Date.now();
        onNews();
      },
      Math.max(GATHER_MS, told + APART_MS - Date.now()),
    );
  };
  const onVisible = () => {
    if (isMissed) tell();
  };
  const listen = () => {
    leave = heard.listen(
      { topic: "executions", ...(workflowId !== undefined && { workflow_id: workflowId }) },
      {
        // The list at the beginning says nothing that is not on the page already; one after that, what was missed.
        onEvent: ({ reset }) => {
          if (isKnown || reset === false) tell();
          isKnown = true;
        },
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
