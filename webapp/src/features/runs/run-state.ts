// What is known of a run: a snapshot from the API, kept current by its events. Pure, and idempotent by seq.
import type {
  Attempt,
  ExecutionDetail,
  ExecutionStatus,
  RunError,
  Step,
  StepStatus,
  StepWait,
} from "@/api/types";
import { hasEnded } from "@/lib/status";
import type { ExecutionEvent, StepEvent } from "./run-events";

export interface StepState {
  path: string;
  node: string;
  kind: string;
  status: StepStatus;
  attempt: number;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  error: RunError | null;
  reason: string | null;
  /** Until when a waiting step waits, where the server says so. */
  until: string | null;
  retrying: boolean;
  /** The run of another workflow that the step waits for. */
  child: string | null;
  /** The answer that it waits for; only a snapshot tells. */
  wait: StepWait | null;
  /** The attempts before this one, the first one first. */
  attempts: readonly Attempt[];
  runner: string | null;
  input: unknown;
  output: unknown;
  /** The event this is known from; a snapshot older than it does not overwrite it. */
  seq: number;
}

export interface RunState {
  status: ExecutionStatus;
  statusSeq: number;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  error: RunError | null;
  steps: ReadonlyMap<string, StepState>;
  /** The last event applied: where a new connection resumes. */
  seq: number;
  /** The last event known to be missing; a snapshot at or after it closes the gap. */
  missingUpTo: number | null;
  /** How far the inputs and outputs are current: events carry none. */
  snapshotSeq: number;
}

export function fromSnapshot(run: ExecutionDetail): RunState {
  return {
    status: run.status,
    statusSeq: run.seq,
    startedAt: run.started_at ?? null,
    finishedAt: run.finished_at ?? null,
    durationMs: run.duration_ms ?? null,
    error: run.error ?? null,
    steps: new Map(run.steps.map((step) => [step.path, stepFromSnapshot(step, run.seq)])),
    seq: run.seq,
    missingUpTo: null,
    snapshotSeq: run.seq,
  };
}

/** Takes over a snapshot without losing what was heard live after it was made. */
export function mergeSnapshot(state: RunState, run: ExecutionDetail): RunState {
  const fresh = fromSnapshot(run);
  if (fresh.seq >= state.seq) return fresh;
  const steps = new Map(fresh.steps);
  for (const [path, live] of state.steps) {
    const step = steps.get(path);
    if (live.seq <= fresh.seq) continue;
    steps.set(
      path,
      step ? { ...live, kind: step.kind, node: step.node, input: step.input ?? live.input } : live,
    );
  }
  const statusIsNewer = state.statusSeq > fresh.seq;
  const gapRemains = state.missingUpTo !== null && state.missingUpTo > fresh.seq;
  return {
    ...(statusIsNewer ? state : fresh),
    steps,
    seq: state.seq,
    missingUpTo: gapRemains ? state.missingUpTo : null,
    snapshotSeq: Math.max(state.snapshotSeq, fresh.seq),
  };
}

export function applyEvent(state: RunState, event: ExecutionEvent | StepEvent): RunState {
  if (event.seq <= state.seq) return state;
  const missingUpTo = event.seq > state.seq + 1 ? event.seq - 1 : state.missingUpTo;
  const base = { ...state, seq: event.seq, missingUpTo };
  return event.subject === "execution" ? applyToRun(base, event) : applyToStep(base, event);
}

function applyToRun(state: RunState, event: ExecutionEvent): RunState {
  const next = { ...state, status: event.status, statusSeq: event.seq, error: event.error ?? null };
  if (event.status === "running") return { ...next, startedAt: state.startedAt ?? event.at };
  if (!hasEnded(event.status)) return next;
  return { ...next, finishedAt: event.at, durationMs: between(state.startedAt, event.at) };
}

function applyToStep(state: RunState, event: StepEvent): RunState {
  const before = state.steps.get(event.step) ?? unknownStep(event.step);
  const attempt = event.attempt ?? before.attempt;
  // What comes after it is told of the next attempt, and so is its record on the server.
  const isOver = event.retrying || event.status === "held";
  const isSame = attempt === before.attempt;
  const steps = new Map(state.steps);
  steps.set(event.step, {
    ...before,
    ...timesAfter(isSame ? before : { ...before, startedAt: null }, event),
    status: event.status,
    attempt: isOver ? attempt + 1 : attempt,
    // A step that runs again keeps no error; one that waits for its retry shows what went wrong.
    error: event.error ?? (event.retrying ? before.error : null),
    reason: event.reason ?? before.reason,
    // A block tells of its time-out when it opens, and not again at each turn.
    until: event.until ?? (event.inBlock ? before.until : null),
    retrying: event.retrying,
    child: event.child ?? before.child,
    wait: event.status === "waiting" ? before.wait : null,
    runner: event.runner ?? before.runner,
    attempts: isOver ? withAttempt(before, event) : before.attempts,
    seq: event.seq,
  });
  return { ...state, steps };
}

function withAttempt(step: StepState, event: StepEvent): readonly Attempt[] {
  const number = event.attempt ?? step.attempt;
  if (step.attempts.some((known) => known.attempt === number)) return step.attempts;
  const started_at = step.startedAt ?? event.at;
  const ended: Attempt = {
    attempt: number,
    status: "failed",
    error: event.error ?? null,
    started_at,
    finished_at: event.at,
    duration_ms: between(started_at, event.at) ?? 0,
  };
  return [...step.attempts, ended];
}

/** As the server's record has them. A step begins once, however often its blocks or what it waits for are told of. */
function timesAfter({ startedAt }: StepState, event: StepEvent) {
  switch (event.status) {
    case "running":
    case "waiting":
      if (event.retrying) break;
      return { startedAt: startedAt ?? event.at, finishedAt: null, durationMs: null };
    case "succeeded":
    case "failed":
    case "cancelled": {
      // What is only computed ends without a word that it began.
      const began = startedAt ?? event.at;
      return { startedAt: began, finishedAt: event.at, durationMs: between(began, event.at) };
    }
  }
  return { startedAt: null, finishedAt: null, durationMs: null };
}

function between(start: string | null, end: string): number | null {
  return start === null ? null : Math.max(0, Date.parse(end) - Date.parse(start));
}

function stepFromSnapshot(step: Step, seq: number): StepState {
  // While a step waits for its next attempt, its own record is blank and the last attempt says why.
  const failedBefore = step.attempts.at(-1);
  const retrying = step.status === "waiting" && failedBefore !== undefined && step.child == null;
  return {
    path: step.path,
    node: step.node,
    kind: step.kind,
    status: step.status,
    attempt: step.attempt,
    startedAt: step.started_at ?? null,
    finishedAt: step.finished_at ?? null,
    durationMs: step.duration_ms ?? null,
    error: step.error ?? (retrying ? (failedBefore.error ?? null) : null),
    reason: step.reason ?? null,
    until: step.until ?? null,
    retrying,
    child: step.child ?? null,
    wait: step.wait ?? null,
    attempts: step.attempts,
    runner: step.runner ?? null,
    input: step.input ?? null,
    output: step.output ?? null,
    seq,
  };
}

function unknownStep(path: string): StepState {
  return {
    path,
    // `import[3].fetch` is the node `fetch`: no id of a node holds a dot.
    node: path.slice(path.lastIndexOf(".") + 1),
    kind: "",
    status: "pending",
    attempt: 0,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    error: null,
    reason: null,
    until: null,
    retrying: false,
    child: null,
    wait: null,
    attempts: [],
    runner: null,
    input: null,
    output: null,
    seq: 0,
  };
}

/** The step for which the run failed: the engine begins the message with it, as it does with no other. */
export function stepThatFailed({ error, steps }: RunState): StepState | undefined {
  const [, node] = /^step `([^`]+)` failed: /.exec(error?.message ?? "") ?? [];
  const step = node === undefined ? undefined : steps.get(node);
  return step?.status === "failed" ? step : undefined;
}
