// Where each step's bar begins and ends within the time of its run.
import type { StepState } from "./run-state";

export interface Bar {
  /** Shares of the run's time, from 0 to 1. */
  start: number;
  end: number;
}

export function barOf(step: StepState, runStart: number, runEnd: number): Bar | undefined {
  if (!step.startedAt || step.status === "skipped") return undefined;
  const whole = Math.max(1, runEnd - runStart);
  const share = (moment: number) => Math.min(1, Math.max(0, (moment - runStart) / whole));
  const start = Date.parse(step.startedAt);
  const end = step.finishedAt ? Date.parse(step.finishedAt) : runEnd;
  return { start: share(start), end: share(Math.max(start, end)) };
}

/** In the order in which steps began; those that have not begun keep the order of the document. */
export function inOrderOfTime(steps: Iterable<StepState>, documentOrder: readonly string[]): StepState[] {
  const place = new Map(documentOrder.map((id, index) => [id, index]));
  return [...steps].sort((a, b) => {
    if (a.startedAt && b.startedAt && a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1;
    if (Boolean(a.startedAt) !== Boolean(b.startedAt)) return a.startedAt ? -1 : 1;
    return (place.get(a.node) ?? 0) - (place.get(b.node) ?? 0);
  });
}
