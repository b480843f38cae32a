// Puts what the server says about `/inputs/<name>` under the field it is about.
import { ApiFailure } from "@/api/failure";
import type { FormField } from "@/lib/input-form";

export function inputErrors(fields: FormField[], failure: unknown): Record<string, string> {
  if (!(failure instanceof ApiFailure)) return {};
  const errors: Record<string, string> = {};
  for (const { name } of fields) {
    const detail = failure.details.find(({ path }) => path === `/inputs/${name}`);
    if (detail) errors[name] = detail.atPlace;
  }
  return errors;
}
