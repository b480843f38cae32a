// The page's one socket for all that it wants to hear of (`/api/live`): opened for the first topic, closed after the last.
import { isRecord, type JsonRecord } from "@/lib/json";
import { type Connection, type KeptSocket, keepSocket, type SocketOptions, socketUrl } from "./socket";

/** What names a topic: the first word always, the others where it takes them. */
export interface LiveTopic {
  topic: "executions" | "execution" | "logs" | "notifications" | "presence";
  id?: string;
  kind?: string;
  workflow_id?: string;
}

/** What is told in a topic; who listens knows its shape. */
export type LiveEvent = LiveTopic & JsonRecord;

export interface Listener {
  /** What was known up to now, read whenever the topic is subscribed to: the server goes on from there. */
  since?: () => string | number | undefined;
  onEvent: (event: LiveEvent) => void;
  /** Others hear the topic already: what is told at its beginning was told to them. */
  onShared?: () => void;
  /** Whether the topic can be heard now; `refused` is final. */
  onConnection?: (connection: Connection) => void;
}

interface Subscription {
  topic: LiveTopic;
  listeners: Set<Listener>;
}

export class Live {
  private readonly subscriptions = new Map<string, Subscription>();
  /** Which topic a message was about that has no answer yet. */
  private readonly asked = new Map<number, string>();
  private socket: KeptSocket | undefined;
  private connection: Connection = "connecting";
  private lastRef = 0;

  constructor(private readonly openSocket?: SocketOptions["openSocket"]) {}

  /** Hears a topic until it is told to stop. Who asks for a topic that is heard already shares it. */
  listen(topic: LiveTopic, listener: Listener): () => void {
    const key = keyOf(topic);
    const known = this.subscriptions.get(key);
    const subscription = known ?? { topic, listeners: new Set<Listener>() };
    subscription.listeners.add(listener);
    this.subscriptions.set(key, subscription);
    if (!this.socket) this.open();
    else if (!known && this.connection === "live") this.subscribe(subscription);
    if (known) listener.onShared?.();
    listener.onConnection?.(this.connection);
    return () => this.leave(key, listener);
  }

  private open(): void {
    this.connection = "connecting";
    this.socket = keepSocket({
      address: () => socketUrl("/api/live").href,
      onText: (text) => this.hear(text),
      onOpen: () => {
        this.asked.clear();
        for (const subscription of this.subscriptions.values()) this.subscribe(subscription);
      },
      onConnection: (connection) => {
        this.connection = connection;
        // Nobody comes back to a socket that is refused: the next one who listens opens another.
        const all = [...this.subscriptions.values()];
        if (connection === "refused") {
          this.subscriptions.clear();
          this.socket = undefined;
        }
        for (const { listeners } of all) for (const each of listeners) each.onConnection?.(connection);
      },
      ...(this.openSocket && { openSocket: this.openSocket }),
    });
  }

  private subscribe({ topic, listeners }: Subscription): void {
    const [first] = listeners;
    const since = first?.since?.();
    this.say({ subscribe: { ...topic, ...(since !== undefined && { since }) } }, keyOf(topic));
  }

  private say(message: object, key?: string): void {
    this.lastRef += 1;
    if (key !== undefined) this.asked.set(this.lastRef, key);
    this.socket?.send(JSON.stringify({ ref: this.lastRef, ...message }));
  }

  private hear(text: string): void {
    const message = readJson(text);
    if (!isRecord(message)) return;
    if (typeof message.ok === "boolean") {
      const key = typeof message.ref === "number" ? this.asked.get(message.ref) : undefined;
      if (typeof message.ref === "number") this.asked.delete(message.ref);
      if (!message.ok && key !== undefined) this.end(key, "refused");
      return;
    }
    if (!isEvent(message)) return;
    const key = keyOf(message);
    if (message.ended === true) this.end(key, message.error === undefined ? "closed" : "refused");
    else for (const each of this.subscriptions.get(key)?.listeners ?? []) each.onEvent(message);
  }

  private end(key: string, connection: Connection): void {
    const subscription = this.subscriptions.get(key);
    this.subscriptions.delete(key);
    this.closeIfIdle();
    for (const each of subscription?.listeners ?? []) each.onConnection?.(connection);
  }

  private leave(key: string, listener: Listener): void {
    const subscription = this.subscriptions.get(key);
    if (!subscription?.listeners.delete(listener) || subscription.listeners.size > 0) return;
    this.subscriptions.delete(key);
    this.say({ unsubscribe: subscription.topic });
    this.closeIfIdle();
  }

  private closeIfIdle(): void {
    if (this.subscriptions.size > 0) return;
    this.socket?.stop();
    this.socket = undefined;
  }
}

/** What has the same topic is subscribed to once. */
function keyOf({ topic, id, kind, workflow_id }: LiveTopic): string {
  return JSON.stringify([topic, id ?? null, kind ?? null, workflow_id ?? null]);
}

function isEvent(message: JsonRecord): message is LiveEvent {
  return typeof message.topic === "string";
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The one of this page. */
export const live = new Live();
