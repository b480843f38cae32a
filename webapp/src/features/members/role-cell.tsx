// The role of a member in the reader's language.
import { roleName } from "@/lib/role-name";
import type { RowProps } from "@/records";

export function RoleCell({ record }: RowProps) {
  return <>{roleName(String(record.role))}</>;
}
