// The connection of a live run: it resumes, returns after a loss, and stops for good at the end.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunEvent } from "./run-events";
import { reconnectDelay, watchRun } from "./run-watch";

class FakeSocket {
  static opened: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
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

function watch(ended: () => boolean) {
  const heard: RunEvent[][] = [];
  const connections: string[] = [];
  let seq = 7;
  const stop = watchRun({
    runId: "r1",
    resumeFrom: () => ({ seq, logId: 3 }),
    onEvents: (events) => {
      heard.push(events);
      for (const event of events) if (event.subject !== "log") seq = event.seq;
    },
    onConnection: (connection) => connections.push(connection),
    hasEnded: ended,
    openSocket: (url) => new FakeSocket(url) as unknown as WebSocket,
  });
  return { heard, connections, stop };
}

const event = (seq: number) => ({
  data: JSON.stringify({ type: "step.running", seq, at: "2026-01-01T00:00:00Z", step: "a", attempt: 1 }),
});

describe("watchRun", () => {
  it("hands over a burst at once, and resumes after the last event when the connection breaks", () => {
    const { heard, connections } = watch(() => false);
    const [first] = FakeSocket.opened;
    expect(first?.url).toContain("/api/executions/r1/events?after=7&log_after=3");
    first?.onopen?.();
    first?.onmessage?.(event(8));
    first?.onmessage?.(event(9));
    first?.onclose?.();
    expect(heard.map((batch) => batch.length)).toEqual([2]);
    vi.runOnlyPendingTimers();
    expect(FakeSocket.opened[1]?.url).toContain("after=9");
    expect(connections).toEqual(["connecting", "live", "lost", "lost"]);
  });

  it("does not return once the run has ended", () => {
    const { connections } = watch(() => true);
    FakeSocket.opened[0]?.onclose?.();
    vi.runAllTimers();
    expect(FakeSocket.opened).toHaveLength(1);
    expect(connections.at(-1)).toBe("closed");
  });

  it("is silent after it was stopped", () => {
    const { heard, stop } = watch(() => false);
    FakeSocket.opened[0]?.onmessage?.(event(8));
    stop();
    vi.runAllTimers();
    expect(heard).toEqual([]);
    expect(FakeSocket.opened[0]?.closed).toBe(true);
  });
});

it("waits longer after each failure, up to about ten seconds", () => {
  expect(reconnectDelay(1, 0.5)).toBe(400);
  expect(reconnectDelay(3, 0.5)).toBe(1_600);
  expect(reconnectDelay(30, 0.5)).toBe(10_000);
});
