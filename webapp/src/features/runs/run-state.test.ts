// A run as it is heard live: duplicates, gaps, snapshots that are late, retries.
import { describe, expect, it } from "vitest";
import type { ExecutionDetail, Step } from "@/api/types";
import { readRunEvent } from "./run-events";
import { applyEvent, fromSnapshot, mergeSnapshot, type RunState, stepThatFailed } from "./run-state";

const T0 = "2026-01-01T00:00:00.000Z";
const T1 = "2026-01-01T00:00:02.500Z";

function step(path: string, more: Partial<Step> = {}): Step {
  return {
    path,
    node: path,
    kind: "script.run",
    status: "pending",
    attempt: 0,
    input: null,
    output: null,
    error: null,
    reason: null,
    started_at: null,
    finished_at: null,
    duration_ms: null,
    runner: null,
    until: null,
    child: null,
    wait: null,
    attempts: [],
    ...more,
  };
}

function snapshot(seq: number, steps: Step[], more: Partial<ExecutionDetail> = {}): ExecutionDetail {
  return {
    id: "run",
    workflow_id: "flow",
    workflow_name: "hello",
    workflow_version: 1,
    status: "running",
    inputs: {},
    output: null,
    error: null,
    trigger: "manual",
    trigger_id: null,
    started_by: null,
    parent: null,
    rerun_of: null,
    rerun_from: [],
    ending: null,
    held: false,
    overdue: false,
    created_at: T0,
    started_at: T0,
    finished_at: null,
    duration_ms: null,
    document: {},
    layout: null,
    ...more,
    seq,
    steps,
  };
}

const byPath = (one: { path: string }, other: { path: string }) => (one.path < other.path ? -1 : 1);

function hear(state: RunState, ...messages: object[]): RunState {
  return messages.reduce<RunState>((before, message) => {
    const event = readRunEvent(JSON.stringify(message));
    if (!event || event.subject === "log") throw new Error("not an event of the run");
    return applyEvent(before, event);
  }, state);
}

const began = { type: "step.running", seq: 4, at: T0, step: "a", attempt: 1, reason: "its input changed" };
const ended = { type: "step.succeeded", seq: 5, at: T1, step: "a", attempt: 1 };

describe("applyEvent", () => {
  const start = fromSnapshot(snapshot(3, [step("a"), step("b")]));

  it("lights up a step and times it", () => {
    const state = hear(start, began, ended);
    const a = state.steps.get("a");
    expect(a).toMatchObject({
      status: "succeeded",
      durationMs: 2_500,
      reason: "its input changed",
      attempt: 1,
    });
    expect(state.steps.get("b")).toBe(start.steps.get("b"));
    expect(state.missingUpTo).toBeNull();
  });

  it("is idempotent: what was heard already changes nothing", () => {
    const state = hear(start, began, ended);
    expect(hear(state, began, ended)).toBe(state);
  });

  it("notices a gap, goes on, and asks for what is missing", () => {
    const state = hear(start, { ...ended, seq: 9 });
    expect(state.steps.get("a")?.status).toBe("succeeded");
    expect(state.missingUpTo).toBe(8);
  });

  it("shows why a step waits for its retry, and forgets it when the step runs again", () => {
    const error = { code: "exit_code", message: "cargo ended with 101" };
    const waiting = hear(start, began, {
      type: "step.retrying",
      seq: 5,
      at: T1,
      step: "a",
      error,
      until: T1,
    });
    expect(waiting.steps.get("a")).toMatchObject({ status: "waiting", retrying: true, error, until: T1 });
    expect(waiting.steps.get("a")?.attempts).toMatchObject([{ attempt: 1, error, duration_ms: 2_500 }]);
    const again = hear(waiting, { type: "step.running", seq: 6, at: T1, step: "a", attempt: 2 });
    expect(again.steps.get("a")).toMatchObject({
      status: "running",
      retrying: false,
      error: null,
      attempt: 2,
    });
  });

  it("ends the run", () => {
    const error = { code: "step_failed", message: "a failed" };
    const state = hear(start, { type: "execution.failed", seq: 4, at: T1, error });
    expect(state).toMatchObject({ status: "failed", error, finishedAt: T1, durationMs: 2_500 });
  });

  it("takes in a step it has not heard of, as blocks make them", () => {
    const state = hear(start, { type: "step.running", seq: 4, at: T0, step: "each[0].a", attempt: 1 });
    expect(state.steps.get("each[0].a")).toMatchObject({ status: "running", node: "a" });
  });

  it("says of a loop over steps that wait what the server says", () => {
    const at = (ms: number) => new Date(Date.parse(T0) + ms).toISOString();
    const turn = (type: string, turn: number) => ({ type, step: "each", turn, part: "body" });
    const told = [
      { type: "step.opened", step: "each", attempt: 1, until: at(60_000), at: at(0) },
      { ...turn("block.started", 0), at: at(1) },
      { type: "step.waiting", step: "each[0].pause", attempt: 1, until: at(1_000), at: at(2) },
      { type: "step.succeeded", step: "each[0].pause", attempt: 1, at: at(1_002) },
      { type: "step.succeeded", step: "each[0].note", attempt: 1, at: at(1_003) },
      { ...turn("block.ended", 0), at: at(1_003) },
      { ...turn("block.started", 1), at: at(1_004) },
      { type: "step.waiting", step: "each[1].pause", attempt: 1, until: at(2_004), at: at(1_005) },
      { type: "step.skipped", step: "never", attempt: 1, at: at(1_006) },
    ].map((event, index) => ({ ...event, seq: 4 + index }));
    const first = fromSnapshot(snapshot(3, [step("each"), step("never")]));
    const live = hear(first, ...told);

    const once = { attempt: 1, kind: "" };
    const ended = (node: string, from: number, to: number) =>
      step(`each[0].${node}`, {
        ...once,
        node,
        status: "succeeded",
        started_at: at(from),
        finished_at: at(to),
        duration_ms: to - from,
      });
    const server = fromSnapshot(
      snapshot(12, [
        step("each", { attempt: 1, status: "running", started_at: at(0), until: at(60_000) }),
        step("never", { attempt: 1, status: "skipped" }),
        ended("pause", 2, 1_002),
        ended("note", 1_003, 1_003),
        step("each[1].pause", {
          ...once,
          node: "pause",
          status: "waiting",
          started_at: at(1_005),
          until: at(2_004),
        }),
      ]),
    );
    expect(live.seq).toBe(server.seq);
    const timeless = (state: RunState) =>
      [...state.steps.values()].map((each) => ({ ...each, seq: 0 })).sort(byPath);
    expect(timeless(live)).toEqual(timeless(server));
  });

  it("times each attempt of a step by itself, also where the end of one was not heard", () => {
    const again = { type: "step.running", seq: 6, at: T1, step: "a", attempt: 2 };
    const heard = hear(start, began, { type: "step.retrying", seq: 5, at: T1, step: "a", attempt: 1 });
    expect(heard.steps.get("a")).toMatchObject({ attempt: 2, startedAt: null });
    for (const before of [heard, hear(start, began)])
      expect(hear(before, again).steps.get("a")).toMatchObject({ attempt: 2, startedAt: T1 });
  });
});

describe("mergeSnapshot", () => {
  const start = fromSnapshot(snapshot(3, [step("a"), step("b")]));

  it("closes a gap and brings outputs", () => {
    const state = hear(start, { ...ended, seq: 9 });
    const merged = mergeSnapshot(
      state,
      snapshot(9, [step("a", { status: "succeeded", output: { x: 1 } }), step("b")]),
    );
    expect(merged.missingUpTo).toBeNull();
    expect(merged.steps.get("a")?.output).toEqual({ x: 1 });
    expect(merged.snapshotSeq).toBe(9);
  });

  it("never lets an old snapshot undo what was heard since", () => {
    const state = hear(start, began, ended, { type: "execution.succeeded", seq: 6, at: T1 });
    const merged = mergeSnapshot(state, snapshot(4, [step("a", { status: "running", input: 7 }), step("b")]));
    expect(merged.steps.get("a")).toMatchObject({ status: "succeeded", input: 7 });
    expect(merged.status).toBe("succeeded");
    expect(merged.seq).toBe(6);
  });

  it("takes from an old snapshot what fell into the gap", () => {
    const state = hear(start, { type: "step.running", seq: 9, at: T1, step: "b", attempt: 1 });
    const merged = mergeSnapshot(state, snapshot(8, [step("a", { status: "succeeded" }), step("b")]));
    expect(merged.steps.get("a")?.status).toBe("succeeded");
    expect(merged.steps.get("b")?.status).toBe("running");
    expect(merged.missingUpTo).toBeNull();
  });
});

it("knows the step for which a run failed, and no other that failed", () => {
  const steps = [step("tried", { status: "failed" }), step("b", { status: "failed" }), step("c")];
  const told = (message: string) =>
    fromSnapshot(snapshot(9, steps, { status: "failed", error: { code: "x", message, details: null } }));
  expect(stepThatFailed(told("step `b` failed: out of cheese"))?.path).toBe("b");
  expect(stepThatFailed(told("step `c` failed: it did not"))).toBeUndefined();
  expect(stepThatFailed(told("the run was cancelled"))).toBeUndefined();
});
