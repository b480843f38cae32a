// Follows one run over its WebSocket: resumes where it stopped, reconnects with patience, stops when the run ends.
import { ApiFailure } from "@/api/failure";
import { createTicket } from "./api/create-ticket";
import { type RunEvent, readRunEvent } from "./run-events";

/** `refused` when the right to watch has ended, and coming back is of no use. */
export type Connection = "connecting" | "live" | "lost" | "closed" | "refused";

export interface WatchOptions {
  runId: string;
  /** Read at every connection, so that a reconnect asks only for what is missing. */
  resumeFrom: () => { seq: number; logId: number };
  /** Events arrive in batches, one per frame at most, so that a burst costs one rendering. */
  onEvents: (events: RunEvent[]) => void;
  onConnection: (connection: Connection) => void;
  /** True once the run has ended: a closed connection is then the expected end. */
  hasEnded: () => boolean;
  openSocket?: (url: string) => Promise<WebSocket>;
}

/** What the server closes with when whoever watches may not do so any more. */
const POLICY_VIOLATION = 1008;

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 10_000;
const BATCH_MS = 40;

export function watchRun(options: WatchOptions): () => void {
  const openSocket = options.openSocket ?? openWithTicket;
  let socket: WebSocket | undefined;
  let stopped = false;
  let failures = 0;
  let batch: RunEvent[] = [];
  let batchTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(batchTimer);
    batchTimer = undefined;
    const events = batch;
    batch = [];
    if (events.length > 0 && !stopped) options.onEvents(events);
  };

  const retry = () => {
    failures += 1;
    options.onConnection("lost");
    retryTimer = setTimeout(connect, reconnectDelay(failures, Math.random()));
  };

  const listen = (current: WebSocket) => {
    socket = current;
    current.onopen = () => {
      failures = 0;
      options.onConnection("live");
    };
    current.onmessage = (message) => {
      const event = typeof message.data === "string" ? readRunEvent(message.data) : undefined;
      if (!event) return;
      batch.push(event);
      batchTimer ??= setTimeout(flush, BATCH_MS);
    };
    current.onclose = ({ code }) => {
      if (stopped) return;
      flush();
      if (options.hasEnded()) options.onConnection("closed");
      else if (code === POLICY_VIOLATION) options.onConnection("refused");
      else retry();
    };
  };

  const connect = () => {
    options.onConnection(failures === 0 ? "connecting" : "lost");
    openSocket(eventsUrl(options.runId, options.resumeFrom())).then(
      (current) => {
        if (stopped) current.close();
        else listen(current);
      },
      (failure: unknown) => {
        if (stopped) return;
        if (isRefusal(failure)) options.onConnection("refused");
        else retry();
      },
    );
  };

  connect();
  return () => {
    stopped = true;
    clearTimeout(batchTimer);
    clearTimeout(retryTimer);
    socket?.close();
  };
}

/** A page cannot send a header with a socket: a ticket, made for this one, says in whose name it is. */
async function openWithTicket(url: string): Promise<WebSocket> {
  const { ticket } = await createTicket();
  return new WebSocket(url, ["lathe", `ticket.${ticket}`]);
}

function isRefusal(failure: unknown): boolean {
  return failure instanceof ApiFailure && [401, 403, 404].includes(failure.status);
}

/** Doubles up to ten seconds; the random part keeps many browsers from returning at the same instant. */
export function reconnectDelay(failures: number, random: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return delay * (0.75 + random * 0.5);
}

function eventsUrl(runId: string, from: { seq: number; logId: number }): string {
  const url = new URL(`/api/executions/${runId}/events`, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("after", String(from.seq));
  url.searchParams.set("log_after", String(from.logId));
  return url.href;
}
