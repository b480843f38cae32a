// What was done, in the list of the audit log: the name of the operation as people write it.
import type { RowProps } from "@/records";
import { actionOf } from "./entry";

export function AuditActionCell({ record }: RowProps) {
  return <>{actionOf({ action: String(record.action) })}</>;
}
