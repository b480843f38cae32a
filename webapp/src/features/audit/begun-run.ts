// What is done with an application or a release may begin a run, which is what the log has as its outcome. Pure.
import { isRecord, textOf } from "@/lib/json";

const BEGIN_RUNS: readonly unknown[] = ["generate_application", "preview_application", "roll_back"];

/** The id of the run that has begun by an entry. */
export function begunRun({ action, after }: Record<string, unknown>): string | undefined {
  return BEGIN_RUNS.includes(action) && isRecord(after) ? textOf(after.id) : undefined;
}
