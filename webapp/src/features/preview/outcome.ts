// What the run of a preview has come to, in the words of its one step.
import type { ExecutionDetail } from "@/api/types";
import { isRecord, textOf } from "@/lib/json";
import { hasEnded } from "@/lib/status";

export type Outcome =
  | { state: "starting" }
  | { state: "ready"; rowsWereDropped: boolean }
  | { state: "failed"; message: string | undefined };

export function outcomeOf(run: Pick<ExecutionDetail, "status" | "output" | "error"> | undefined): Outcome {
  if (!run || !hasEnded(run.status)) return { state: "starting" };
  if (run.status === "succeeded")
    return { state: "ready", rowsWereDropped: isRecord(run.output) && run.output.rows === "dropped" };
  return { state: "failed", message: isRecord(run.error) ? textOf(run.error.message) : undefined };
}
