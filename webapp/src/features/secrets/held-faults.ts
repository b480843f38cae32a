// What the API says about what a secret holds, by field: it points to `/value` or `/fields/<name>`.
import { ApiFailure } from "@/api/failure";

export function heldFaults(failure: unknown): Record<string, string> {
  if (!(failure instanceof ApiFailure)) return {};
  const faults: Record<string, string> = {};
  for (const { path, atPlace } of failure.details) {
    const [, root, field] = path.split("/");
    if (root === "value") faults.value ??= atPlace;
    if (root === "fields" && field !== undefined) faults[field] ??= atPlace;
  }
  return faults;
}
