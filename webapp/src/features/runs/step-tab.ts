// Which of a step's tabs is shown as long as nobody has chosen one.

import { stepHasEnded } from "@/lib/status";
import type { StepState } from "./run-state";

export type StepTab = "output" | "input" | "logs";

/**
 * While a step runs, what it writes; once it has ended, what it gave, or else why it failed. Lines that are being
 * read are not taken away when the step ends; a log without any is, or whoever watched would not see the output.
 */
export function tabOf(
  shown: StepTab | undefined,
  step: Pick<StepState, "status" | "error">,
  lines: number,
): StepTab {
  if (shown === "logs" && lines > 0) return "logs";
  if (!stepHasEnded(step.status)) return "logs";
  if (step.error === null) return "output";
  // What failed has no output: what it wrote last says why, or else what it was given.
  return lines > 0 ? "logs" : "input";
}
