// What was done, in the list of the audit log: the name of the operation as people write it.
import type { RowProps } from "@/records";
import { ActionName } from "./action-name";

export function AuditActionCell({ record }: RowProps) {
  return <ActionName of={String(record.action)} />;
}
