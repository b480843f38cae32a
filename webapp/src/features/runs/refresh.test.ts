// A step that is looked at while its run goes on.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiFailure, unreachable } from "@/api/failure";
import type { ExecutionDetail } from "@/api/types";
import { Refresh } from "./refresh";
import type { RunEvent } from "./run-events";
import { RunStore, useRunStore } from "./run-store";
import { StepPanel } from "./step-panel";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("reads at once, and then at most every 0.7 s", async () => {
  const read = vi.fn(async () => undefined);
  const refresh = new Refresh(read);
  refresh.ask();
  refresh.ask();
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toHaveBeenCalledTimes(1);
  refresh.ask();
  await vi.advanceTimersByTimeAsync(600);
  expect(read).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(read).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(2);
});

it("reads once more where it was asked for while it was being read", async () => {
  let answer = () => {};
  const read = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        answer = resolve;
      }),
  );
  const refresh = new Refresh(read);
  refresh.ask();
  await vi.advanceTimersByTimeAsync(0);
  refresh.ask();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(read).toHaveBeenCalledTimes(1);
  answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toHaveBeenCalledTimes(2);
});

it("tries again what could not be read, until nobody looks any more", async () => {
  const read = vi.fn(async () => {
    throw unreachable();
  });
  const refresh = new Refresh(read);
  refresh.ask();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(read).toHaveBeenCalledTimes(2);
  refresh.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(2);
});

it("takes a refusal for an answer", async () => {
  const read = vi.fn(async () => {
    throw new ApiFailure(404, "not_found", "There is none.");
  });
  new Refresh(read).ask();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(1);
});

const snapshot = (seq: number): ExecutionDetail =>
  ({
    id: "run",
    status: "running",
    seq,
    steps: [{ path: "a", node: "a", kind: "data.set", status: "running", attempt: 1, attempts: [] }],
  }) as unknown as ExecutionDetail;

const event = (seq: number): RunEvent =>
  ({
    subject: "step",
    seq,
    at: "2026-11-23T19:00:00Z",
    step: "a",
    status: "running",
    attempt: 1,
  }) as RunEvent;

function Panel({ store, refresh }: { store: RunStore; refresh: () => void }) {
  const step = useRunStore(store, ({ run }) => run.steps.get("a"));
  return step ? createElement(StepPanel, { store, step, refresh }) : null;
}

it("asks again where the data of a step came too late for its last event", async () => {
  const store = new RunStore(snapshot(1));
  const refresh = vi.fn();
  const root = createRoot(document.createElement("div"));
  await act(async () => root.render(createElement(Panel, { store, refresh })));
  expect(refresh).toHaveBeenCalledTimes(0);
  await act(async () => store.takeEvents([event(2)]));
  expect(refresh).toHaveBeenCalledTimes(1);
  await act(async () => store.takeEvents([event(3)]));
  expect(refresh).toHaveBeenCalledTimes(2);
  await act(async () => store.takeSnapshot(snapshot(2)));
  expect(refresh).toHaveBeenCalledTimes(3);
  await act(async () => store.takeSnapshot(snapshot(3)));
  expect(refresh).toHaveBeenCalledTimes(3);
  await act(async () => root.unmount());
});
