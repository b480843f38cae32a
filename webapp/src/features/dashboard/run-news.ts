// Hears when runs begin and end, so that the dashboard need not wait for its next look. Without it, it is ten seconds late.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Live, live } from "@/api/live";

/** However much happens, the lists are read anew no more often than this. */
const GATHER_MS = 1_000;
/** Who was refused may have logged in again by then. */
const REFUSED_FOR_MS = 60_000;

/** Reads the lists of runs anew when some of them changed. */
export function useRunNews(enabled: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return undefined;
    return watchRuns(() => queries.invalidateQueries({ queryKey: ["executions", "latest"] }));
  }, [enabled, queries]);
}

export function watchRuns(onNews: () => void, heard: Live = live): () => void {
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let leave = () => {};

  const tell = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      onNews();
    }, GATHER_MS);
  };
  const listen = () => {
    leave = heard.listen(
      { topic: "executions" },
      {
        // The list at the beginning says nothing that is not on the page already.
        onEvent: ({ reset }) => {
          if (reset === false) tell();
        },
        onConnection: (connection) => {
          if (connection !== "refused" && connection !== "closed") return;
          clearTimeout(retry);
          retry = setTimeout(listen, REFUSED_FOR_MS);
        },
      },
    );
  };
  listen();
  return () => {
    clearTimeout(gathering);
    clearTimeout(retry);
    leave();
  };
}
