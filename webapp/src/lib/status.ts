// The words and tones of every status; colour alone never tells two of them apart.

import type { ExecutionStatus, StepStatus } from "@/api/types";
import { t } from "@/lib/i18n";

export type AnyStatus = ExecutionStatus | StepStatus;
export type Tone = "idle" | "active" | "warn" | "ok" | "bad";

const LOOKS: Record<AnyStatus, { label: () => string; tone: Tone }> = {
  queued: { label: () => t("Queued"), tone: "idle" },
  pending: { label: () => t("Pending"), tone: "idle" },
  ready: { label: () => t("Ready"), tone: "idle" },
  running: { label: () => t("Running"), tone: "active" },
  waiting: { label: () => t("Waiting"), tone: "warn" },
  held: { label: () => t("Held"), tone: "bad" },
  paused: { label: () => t("Paused"), tone: "warn" },
  cleaning_up: { label: () => t("Cleaning up"), tone: "active" },
  succeeded: { label: () => t("Succeeded"), tone: "ok" },
  failed: { label: () => t("Failed"), tone: "bad" },
  skipped: { label: () => t("Skipped"), tone: "idle" },
  cancelled: { label: () => t("Cancelled"), tone: "warn" },
  timed_out: { label: () => t("Timed out"), tone: "bad" },
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
  const { label, tone } = LOOKS[status];
  return { label: label(), tone };
}

export function hasEnded(status: ExecutionStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled" || status === "timed_out";
}

export function stepHasEnded(status: StepStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "skipped" || status === "cancelled";
}
