// The messages of a run's WebSocket, read from text that is trusted as little as any other input.

import type { ExecutionStatus, LogLine, RunError, StepStatus } from "@/api/types";
import { t } from "@/lib/i18n";
import { isRecord, textOf } from "@/lib/json";

export interface ExecutionEvent {
  subject: "execution";
  seq: number;
  at: string;
  status: ExecutionStatus;
  error: RunError | undefined;
}

export interface StepEvent {
  subject: "step";
  seq: number;
  at: string;
  step: string;
  /** A retry is a step that waits for its next attempt. */
  status: StepStatus;
  retrying: boolean;
  /** It is told of a block of the step, which goes on as before. */
  inBlock: boolean;
  attempt: number | undefined;
  error: RunError | undefined;
  until: string | undefined;
  reason: string | undefined;
  runner: string | undefined;
  /** The run of another workflow that the step waits for. */
  child: string | undefined;
}

export interface LogEvent {
  subject: "log";
  line: LogLine;
}

export type RunEvent = ExecutionEvent | StepEvent | LogEvent;

const EXECUTION_STATUSES = [
  "queued",
  "running",
  "paused",
  "cleaning_up",
  "succeeded",
  "failed",
  "cancelled",
  "timed_out",
] as const;
const STEP_STATUSES = [
  "ready",
  "running",
  "waiting",
  "held",
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
] as const;
const STREAMS = ["stdout", "stderr", "info"] as const;

/** Reads one message; what a newer server may send and this app does not know yet is left aside. */
export function readRunEvent(text: string): RunEvent | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(message) || typeof message.type !== "string") return undefined;
  const at = textOf(message.at) ?? new Date().toISOString();
  if (message.type === "log") return readLog(message, at);

  const [subject, name] = message.type.split(".");
  const seq = message.seq;
  if (typeof seq !== "number") return undefined;
  // That a turn of a loop failed is no failure of the loop: it says so itself.
  const error = subject === "block" ? undefined : readError(message.error);
  if (subject === "execution") {
    const status =
      name === "resumed" || name === "overdue"
        ? "running"
        : name === "held" || name === "released"
          ? "queued"
          : EXECUTION_STATUSES.find((each) => each === name);
    return status && { subject, seq, at, status, error };
  }
  const step = textOf(message.step);
  if ((subject !== "step" && subject !== "block") || !step) return undefined;
  const retrying = name === "retrying";
  // A step whose blocks are under way runs; the steps in them tell of themselves.
  const inBlock = subject === "block";
  const opened = inBlock || name === "opened" || name === "unwinding";
  const status = opened ? "running" : retrying ? "waiting" : STEP_STATUSES.find((each) => each === name);
  if (!status) return undefined;
  const attempt = typeof message.attempt === "number" ? message.attempt : undefined;
  const until = textOf(message.until);
  const reason = textOf(message.reason);
  const runner = textOf(message.runner);
  const child = textOf(message.child);
  const told = { attempt, error, until, reason, runner, child };
  return { subject: "step", seq, at, step, status, retrying, inBlock, ...told };
}

function readLog(message: Record<string, unknown>, at: string): LogEvent | undefined {
  const { id, step, text } = message;
  if (typeof id !== "number" || typeof step !== "string" || typeof text !== "string") return undefined;
  const stream = STREAMS.find((each) => each === message.stream) ?? "stdout";
  const attempt = typeof message.attempt === "number" ? message.attempt : 1;
  return { subject: "log", line: { id, step, attempt, at, stream, text } };
}

function readError(value: unknown): RunError | undefined {
  if (!isRecord(value)) return undefined;
  const message = textOf(value.message) ?? t("No message was given.");
  return { code: textOf(value.code) ?? "unknown", message, details: value.details };
}
