// News of runs: also what came in before they could be heard, a storm once, and from a socket that breaks and is opened
// again. A list that is slower than its news arrives, and is read once more for the last of them.
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Live } from "@/api/live";
import { readAnew, watchRuns } from "./run-news";

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
  const heard = new Live(openSocket);
  return { sockets, onNews, heard, stop: watchRuns(onNews, { heard }) };
}

it("tells that it hears now, since the page was read before, and a storm once", async () => {
  const { sockets, onNews, stop } = watched();
  await vi.advanceTimersByTimeAsync(0);
  const socket = sockets[0];
  socket?.onopen?.();
  expect(socket?.sent).toEqual(['{"ref":1,"subscribe":{"topic":"executions"}}']);
  const hear = (message: unknown) => socket?.onmessage?.({ data: JSON.stringify(message) });
  hear({ ref: 1, ok: true });
  hear({ topic: "executions", reset: true, executions: [] });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onNews).toHaveBeenCalledTimes(1);
  for (let seq = 0; seq < 100; seq += 1) hear({ topic: "executions", reset: false });
  socket?.onmessage?.({ data: "no JSON" });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onNews).toHaveBeenCalledTimes(2);
  stop();
  expect(socket?.closed).toBe(true);
});

it("tells so as well who comes to a topic that others hear, and both what a broken connection missed", async () => {
  const { sockets, onNews, heard, stop } = watched();
  await vi.advanceTimersByTimeAsync(0);
  const list = () =>
    sockets.at(-1)?.onmessage?.({ data: '{"topic":"executions","reset":true,"executions":[]}' });
  sockets[0]?.onopen?.();
  list();
  await vi.advanceTimersByTimeAsync(5_000);
  const onOtherNews = vi.fn();
  const stopOther = watchRuns(onOtherNews, { heard });
  await vi.advanceTimersByTimeAsync(100);
  expect(onOtherNews).toHaveBeenCalledTimes(1);
  expect(onNews).toHaveBeenCalledTimes(1);
  sockets[0]?.onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(1_100);
  sockets[1]?.onopen?.();
  list();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(onOtherNews).toHaveBeenCalledTimes(2);
  expect(onNews).toHaveBeenCalledTimes(2);
  stopOther();
  stop();
});

it("lets a list that is slower than its news arrive, and reads it once more for the last of them", async () => {
  const queries = new QueryClient();
  const reads: ((answer: string) => void)[] = [];
  const aborted = vi.fn();
  const observer = new QueryObserver(queries, {
    queryKey: ["executions", "list", { limit: 5 }],
    queryFn: ({ signal }) => {
      signal.addEventListener("abort", aborted);
      return new Promise<string>((resolve) => reads.push(resolve));
    },
  });
  const shown = () => observer.getCurrentResult().data;
  const stop = observer.subscribe(() => {});
  const onNews = readAnew(queries, ["executions", "list"]);
  for (let times = 0; times < 3; times += 1) {
    void onNews();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(reads).toHaveLength(1);
  reads[0]?.("as it was");
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toBe("as it was");
  expect(reads).toHaveLength(2);
  void onNews();
  reads[1]?.("between");
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toBe("between");
  expect(reads).toHaveLength(3);
  reads[2]?.("as it is");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shown()).toBe("as it is");
  expect(reads).toHaveLength(3);
  expect(aborted).not.toHaveBeenCalled();
  stop();
  queries.clear();
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
