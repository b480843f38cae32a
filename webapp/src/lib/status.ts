// The words and tones of every status; colour alone never tells two of them apart.
import type { ExecutionStatus, StepStatus } from "@/api/types";

export type AnyStatus = ExecutionStatus | StepStatus;
export type Tone = "idle" | "active" | "warn" | "ok" | "bad";

const LOOKS: Record<AnyStatus, { label: string; tone: Tone }> = {
  queued: { label: "Queued", tone: "idle" },
  pending: { label: "Pending", tone: "idle" },
  ready: { label: "Ready", tone: "idle" },
  running: { label: "Running", tone: "active" },
  waiting: { label: "Waiting", tone: "warn" },
  held: { label: "Held", tone: "bad" },
  paused: { label: "Paused", tone: "warn" },
  cleaning_up: { label: "Cleaning up", tone: "active" },
  succeeded: { label: "Succeeded", tone: "ok" },
  failed: { label: "Failed", tone: "bad" },
  skipped: { label: "Skipped", tone: "idle" },
  cancelled: { label: "Cancelled", tone: "warn" },
  timed_out: { label: "Timed out", tone: "bad" },
};

export const EXECUTION_STATUSES: readonly ExecutionStatus[] = [
  "queued",
  "running",
  "paused",
  "cleaning_up",
  "succeeded",
  "failed",
  "cancelled",
  "timed_out",
];

export function lookOf(status: AnyStatus): { label: string; tone: Tone } {
  return LOOKS[status];
}

export function hasEnded(status: ExecutionStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled" || status === "timed_out";
}

export function stepHasEnded(status: StepStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "skipped" || status === "cancelled";
}
