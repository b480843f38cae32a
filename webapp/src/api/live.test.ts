// One socket for many topics: what is asked for, who hears what, and what happens when it breaks or is refused.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Live, type LiveEvent } from "./live";

class FakeSocket {
  static opened: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  said: Record<string, unknown>[] = [];
  closed = false;
  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
  }
  send(text: string) {
    this.said.push(JSON.parse(text));
  }
  tell(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  FakeSocket.opened = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const soon = () => vi.advanceTimersByTimeAsync(0);
const make = () => new Live(async (url) => new FakeSocket(url) as unknown as WebSocket);

function latest(): FakeSocket {
  const socket = FakeSocket.opened.at(-1);
  if (!socket) throw new Error("no socket was opened");
  return socket;
}

it("asks for each topic once, and goes on from what is known when the connection breaks", async () => {
  const live = make();
  let known = 4;
  const heard: LiveEvent[] = [];
  const connections: string[] = [];
  live.listen(
    { topic: "notifications" },
    {
      since: () => known,
      onEvent: (event) => heard.push(event),
      onConnection: (connection) => connections.push(connection),
    },
  );
  live.listen({ topic: "notifications" }, { onEvent: (event) => heard.push(event) });
  await soon();
  expect(FakeSocket.opened.map(({ url }) => new URL(url).pathname)).toEqual(["/api/live"]);
  latest().onopen?.();
  expect(latest().said).toEqual([{ ref: 1, subscribe: { topic: "notifications", since: 4 } }]);
  latest().tell({ ref: 1, ok: true });
  latest().tell({ topic: "notifications", seq: 5 });
  latest().tell({ topic: "executions", seq: 6 });
  expect(heard.map(({ seq }) => seq)).toEqual([5, 5]);
  known = 5;
  latest().onclose?.({ code: 1006 });
  await vi.runOnlyPendingTimersAsync();
  latest().onopen?.();
  expect(latest().said).toEqual([{ ref: 2, subscribe: { topic: "notifications", since: 5 } }]);
  expect(connections).toEqual(["connecting", "connecting", "live", "lost", "lost", "live"]);
});

it("tells a topic's refusal to who asked for it, and goes on with the others", async () => {
  const live = make();
  const connections: string[] = [];
  const others: string[] = [];
  live.listen({ topic: "notifications" }, { onEvent: () => {}, onConnection: (each) => others.push(each) });
  live.listen(
    { topic: "execution", id: "e1" },
    { onEvent: () => {}, onConnection: (each) => connections.push(each) },
  );
  await soon();
  latest().onopen?.();
  latest().tell({ ref: 2, ok: false, error: { code: "not_found" } });
  expect(connections.at(-1)).toBe("refused");
  expect(others.at(-1)).toBe("live");
  expect(latest().closed).toBe(false);
});

it("closes after the last topic, and opens another socket for the next one", async () => {
  const live = make();
  const stop = live.listen({ topic: "notifications" }, { onEvent: () => {} });
  await soon();
  latest().onopen?.();
  stop();
  expect(latest().said.at(-1)).toEqual({ ref: 2, unsubscribe: { topic: "notifications" } });
  expect(latest().closed).toBe(true);
  live.listen({ topic: "notifications" }, { onEvent: () => {} });
  await soon();
  expect(FakeSocket.opened).toHaveLength(2);
});

it("opens again after a refusal only for who listens anew", async () => {
  const live = make();
  const connections: string[] = [];
  const listener = { onEvent: () => {}, onConnection: (each: string) => connections.push(each) };
  live.listen({ topic: "notifications" }, listener);
  await soon();
  latest().onopen?.();
  latest().onclose?.({ code: 1008 });
  await vi.runAllTimersAsync();
  expect(connections.at(-1)).toBe("refused");
  expect(FakeSocket.opened).toHaveLength(1);
  live.listen({ topic: "notifications" }, listener);
  await soon();
  expect(FakeSocket.opened).toHaveLength(2);
});
