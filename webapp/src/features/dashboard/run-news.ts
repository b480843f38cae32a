// Hears when runs begin and end, so that the dashboard need not wait for its next look. Without it, it is ten seconds late.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { createTicket } from "./api/create-ticket";

/** However much happens, the lists are read anew no more often than this. */
const GATHER_MS = 1_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

interface WatchOptions {
  onNews: () => void;
  openSocket?: () => Promise<WebSocket>;
}

/** Reads the lists of runs anew when some of them changed. */
export function useRunNews(enabled: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return undefined;
    return watchRuns({ onNews: () => queries.invalidateQueries({ queryKey: ["executions", "latest"] }) });
  }, [enabled, queries]);
}

export function watchRuns({ onNews, openSocket = openWithTicket }: WatchOptions): () => void {
  let stopped = false;
  let socket: WebSocket | undefined;
  let failures = 0;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const tell = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      onNews();
    }, GATHER_MS);
  };
  const lost = () => {
    if (stopped) return;
    failures += 1;
    retry = setTimeout(connect, Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1)));
  };
  const connect = () => {
    openSocket().then(
      (opened) => {
        if (stopped) return opened.close();
        socket = opened;
        opened.onopen = () => opened.send(JSON.stringify({ ref: 1, subscribe: { topic: "executions" } }));
        opened.onmessage = ({ data }) => {
          failures = 0;
          if (isNews(data)) tell();
        };
        opened.onclose = lost;
        return undefined;
      },
      () => lost(),
    );
  };
  connect();
  return () => {
    stopped = true;
    clearTimeout(gathering);
    clearTimeout(retry);
    socket?.close();
  };
}

/** The answer to the subscription and the list at its beginning say nothing that is not on the page already. */
function isNews(data: unknown): boolean {
  if (typeof data !== "string") return false;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null && "reset" in message && message.reset === false;
  } catch {
    return false;
  }
}

async function openWithTicket(): Promise<WebSocket> {
  const url = new URL("/api/live", window.location.origin.replace(/^http/, "ws"));
  return new WebSocket(url, ["lathe", `ticket.${await createTicket()}`]);
}
