// The connection of a live run: it resumes, returns after a loss, and stops for good at the end.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiFailure } from "@/api/failure";
import { reconnectDelay } from "@/api/socket";
import type { RunEvent } from "./run-events";
import { watchRun } from "./run-watch";

class FakeSocket {
  static opened: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
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
  refusal = undefined;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

let refusal: ApiFailure | undefined;

/** What is promised happens after this. */
const soon = () => vi.advanceTimersByTimeAsync(0);

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
    openSocket: async (url) => {
      if (refusal) throw refusal;
      return new FakeSocket(url) as unknown as WebSocket;
    },
  });
  return { heard, connections, stop };
}

const event = (seq: number) => ({
  data: JSON.stringify({ type: "step.running", seq, at: "2026-01-01T00:00:00Z", step: "a", attempt: 1 }),
});

describe("watchRun", () => {
  it("hands over a burst at once, and resumes after the last event when the connection breaks", async () => {
    const { heard, connections } = watch(() => false);
    await soon();
    const [first] = FakeSocket.opened;
    expect(first?.url).toContain("/api/executions/r1/events?after=7&log_after=3");
    first?.onopen?.();
    first?.onmessage?.(event(8));
    first?.onmessage?.(event(9));
    first?.onclose?.({ code: 1006 });
    expect(heard.map((batch) => batch.length)).toEqual([2]);
    await vi.runOnlyPendingTimersAsync();
    expect(FakeSocket.opened[1]?.url).toContain("after=9");
    expect(connections).toEqual(["connecting", "live", "lost", "lost"]);
  });

  it("does not return once the run has ended", async () => {
    const { connections } = watch(() => true);
    await soon();
    FakeSocket.opened[0]?.onclose?.({ code: 1000 });
    await vi.runAllTimersAsync();
    expect(FakeSocket.opened).toHaveLength(1);
    expect(connections.at(-1)).toBe("closed");
  });

  it("does not return when the right to watch has ended, while it is open or before", async () => {
    const { connections } = watch(() => false);
    await soon();
    FakeSocket.opened[0]?.onclose?.({ code: 1008 });
    await vi.runAllTimersAsync();
    expect(connections.at(-1)).toBe("refused");
    refusal = new ApiFailure(404, "not_found", "there is no such workspace");
    const other = watch(() => false);
    await vi.runAllTimersAsync();
    expect(other.connections.at(-1)).toBe("refused");
    expect(FakeSocket.opened).toHaveLength(1);
  });

  it("tries again when no ticket could be had for now", async () => {
    refusal = new ApiFailure(0, "unreachable", "no answer");
    const { connections } = watch(() => false);
    await soon();
    refusal = undefined;
    await vi.runOnlyPendingTimersAsync();
    expect(FakeSocket.opened).toHaveLength(1);
    expect(connections).toEqual(["connecting", "lost", "lost"]);
  });

  it("is silent after it was stopped", async () => {
    const { heard, stop } = watch(() => false);
    await soon();
    FakeSocket.opened[0]?.onmessage?.(event(8));
    stop();
    await vi.runAllTimersAsync();
    expect(heard).toEqual([]);
    expect(FakeSocket.opened[0]?.closed).toBe(true);
  });
});

it("waits longer after each failure, up to about ten seconds", () => {
  expect(reconnectDelay(1, 0.5)).toBe(400);
  expect(reconnectDelay(3, 0.5)).toBe(1_600);
  expect(reconnectDelay(30, 0.5)).toBe(10_000);
});
