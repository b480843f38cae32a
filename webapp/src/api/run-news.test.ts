// News of runs: the first list is none, a storm is told once, and a socket that breaks is opened again.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Live } from "@/api/live";
import { watchRuns } from "./run-news";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class FakeSocket {
  onopen?: () => void;
  onmessage?: (message: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  sent: string[] = [];
  closed = false;
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
}

function watched() {
  const sockets: FakeSocket[] = [];
  const onNews = vi.fn();
  const openSocket = async () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  return { sockets, onNews, stop: watchRuns(onNews, { heard: new Live(openSocket) }) };
}

it("tells a storm once, and nothing of what was there at the beginning", async () => {
  const { sockets, onNews, stop } = watched();
  await vi.advanceTimersByTimeAsync(0);
  const socket = sockets[0];
  socket?.onopen?.();
  expect(socket?.sent).toEqual(['{"ref":1,"subscribe":{"topic":"executions"}}']);
  const hear = (message: unknown) => socket?.onmessage?.({ data: JSON.stringify(message) });
  hear({ ref: 1, ok: true });
  hear({ topic: "executions", reset: true, executions: [] });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onNews).not.toHaveBeenCalled();
  for (let seq = 0; seq < 100; seq += 1) hear({ topic: "executions", reset: false });
  socket?.onmessage?.({ data: "no JSON" });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onNews).toHaveBeenCalledTimes(1);
  stop();
  expect(socket?.closed).toBe(true);
});

it("tells at once, then no more often than every second", async () => {
  const { sockets, onNews, stop } = watched();
  await vi.advanceTimersByTimeAsync(0);
  sockets[0]?.onopen?.();
  const hear = () => sockets[0]?.onmessage?.({ data: '{"topic":"executions","reset":false}' });
  hear();
  await vi.advanceTimersByTimeAsync(100);
  expect(onNews).toHaveBeenCalledTimes(1);
  hear();
  await vi.advanceTimersByTimeAsync(900);
  expect(onNews).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(onNews).toHaveBeenCalledTimes(2);
  stop();
});

it("tells what was missed: while nobody saw the page, and while the connection was broken", async () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  const { sockets, onNews, stop } = watched();
  await vi.advanceTimersByTimeAsync(0);
  const list = (socket: FakeSocket | undefined) =>
    socket?.onmessage?.({ data: '{"topic":"executions","reset":true,"executions":[]}' });
  sockets[0]?.onopen?.();
  list(sockets[0]);
  list(sockets[0]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onNews).not.toHaveBeenCalled();
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onNews).toHaveBeenCalledTimes(1);
  sockets[0]?.onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(1_100);
  sockets[1]?.onopen?.();
  list(sockets[1]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onNews).toHaveBeenCalledTimes(2);
  stop();
  hidden.mockRestore();
});

it("asks again a minute after it was refused", async () => {
  const { sockets, stop } = watched();
  await vi.advanceTimersByTimeAsync(0);
  sockets[0]?.onclose?.({ code: 1008 });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sockets).toHaveLength(2);
  stop();
});

it("comes back after a broken connection, and not after the page was left", async () => {
  const { sockets, stop } = watched();
  await vi.advanceTimersByTimeAsync(0);
  sockets[0]?.onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(1_100);
  expect(sockets).toHaveLength(2);
  stop();
  sockets[1]?.onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(sockets).toHaveLength(2);
});
