// Where in a text the server finds faults: it says line and column of each.
import { ApiFailure } from "@/api/failure";
import type { PlacedFault } from "@/components/text-editor";

/** What is about no place of the text is left to the notice of what went wrong. */
export function placedFaults(failure: unknown): PlacedFault[] {
  if (!(failure instanceof ApiFailure)) return [];
  return failure.details.flatMap(({ line, column, atPlace }) =>
    line === undefined ? [] : [{ line, column: column ?? 1, message: atPlace }],
  );
}
