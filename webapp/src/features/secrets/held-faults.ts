// What the API says about what a secret holds, by field: it points to `/value` or `/fields/<name>`.
import { ApiFailure } from "@/api/failure";
import { withoutSubject } from "@/lib/form-errors";

export function heldFaults(failure: unknown): Record<string, string> {
  if (!(failure instanceof ApiFailure)) return {};
  const faults: Record<string, string> = {};
  for (const detail of failure.details) {
    const [, root, field] = detail.path.split("/");
    const message = withoutSubject(detail);
    if (root === "value") faults.value ??= message;
    if (root === "fields" && field !== undefined) faults[field] ??= message;
  }
  return faults;
}
