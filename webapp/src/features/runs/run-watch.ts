// Follows one run over its WebSocket: resumes where it stopped, reconnects with patience, stops when the run ends.
import { type Connection, keepSocket, type SocketOptions, socketUrl } from "@/api/socket";
import { type RunEvent, readRunEvent } from "./run-events";

export type { Connection };

export interface WatchOptions {
  runId: string;
  /** Read at every connection, so that a reconnect asks only for what is missing. */
  resumeFrom: () => { seq: number; logId: number };
  /** Events arrive in batches, one per frame at most, so that a burst costs one rendering. */
  onEvents: (events: RunEvent[]) => void;
  onConnection: (connection: Connection) => void;
  /** True once the run has ended: a closed connection is then the expected end. */
  hasEnded: () => boolean;
  openSocket?: SocketOptions["openSocket"];
}

const BATCH_MS = 40;

export function watchRun(options: WatchOptions): () => void {
  let stopped = false;
  let batch: RunEvent[] = [];
  let batchTimer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(batchTimer);
    batchTimer = undefined;
    const events = batch;
    batch = [];
    if (events.length > 0 && !stopped) options.onEvents(events);
  };

  const socket = keepSocket({
    address: () => eventsUrl(options.runId, options.resumeFrom()),
    onText: (text) => {
      const event = readRunEvent(text);
      if (!event) return;
      batch.push(event);
      batchTimer ??= setTimeout(flush, BATCH_MS);
    },
    onConnection: options.onConnection,
    onClose: flush,
    hasEnded: options.hasEnded,
    ...(options.openSocket && { openSocket: options.openSocket }),
  });

  return () => {
    stopped = true;
    clearTimeout(batchTimer);
    socket.stop();
  };
}

function eventsUrl(runId: string, from: { seq: number; logId: number }): string {
  const url = socketUrl(`/api/executions/${runId}/events`);
  url.searchParams.set("after", String(from.seq));
  url.searchParams.set("log_after", String(from.logId));
  return url.href;
}
