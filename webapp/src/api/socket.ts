// A WebSocket that stays: opened with a ticket, opened again with patience when it breaks, given up when it is refused.
import { client, unwrap } from "./client";
import { ApiFailure } from "./failure";

/** `refused` when the right to listen has ended, and coming back is of no use. */
export type Connection = "connecting" | "live" | "lost" | "closed" | "refused";

export interface SocketOptions {
  /** Read at every connection, so that a reconnect asks only for what is missing. */
  address: () => string;
  onText: (text: string) => void;
  onConnection: (connection: Connection) => void;
  /** It is open: what is said first. */
  onOpen?: (send: (text: string) => void) => void;
  /** It has closed, for whatever reason; `onConnection` says what comes of it. */
  onClose?: () => void;
  /** A connection that closes is the expected end then. */
  hasEnded?: () => boolean;
  openSocket?: (url: string) => Promise<WebSocket>;
}

export interface KeptSocket {
  /** Nothing happens where it is not open: `onOpen` says all anew when it is. */
  send: (text: string) => void;
  stop: () => void;
}

/** What the server closes with when whoever listens may not do so any more. */
const POLICY_VIOLATION = 1008;

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 10_000;

export function keepSocket(options: SocketOptions): KeptSocket {
  const openSocket = options.openSocket ?? openWithTicket;
  let socket: WebSocket | undefined;
  let isOpen = false;
  let stopped = false;
  let failures = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const send = (text: string) => {
    if (isOpen) socket?.send(text);
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
      isOpen = true;
      options.onConnection("live");
      options.onOpen?.(send);
    };
    current.onmessage = ({ data }) => {
      if (!stopped && typeof data === "string") options.onText(data);
    };
    current.onclose = ({ code }) => {
      isOpen = false;
      if (stopped) return;
      options.onClose?.();
      if (options.hasEnded?.()) options.onConnection("closed");
      else if (code === POLICY_VIOLATION) options.onConnection("refused");
      else retry();
    };
  };

  const connect = () => {
    options.onConnection(failures === 0 ? "connecting" : "lost");
    openSocket(options.address()).then(
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
  return {
    send,
    stop: () => {
      stopped = true;
      clearTimeout(retryTimer);
      socket?.close();
    },
  };
}

/** A page cannot send a header with a socket: a ticket, made for this one, says in whose name it is. */
async function openWithTicket(url: string): Promise<WebSocket> {
  const { ticket } = await unwrap(client.POST("/api/auth/tickets"));
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

/** The address of a socket of our own server. */
export function socketUrl(path: string): URL {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}
