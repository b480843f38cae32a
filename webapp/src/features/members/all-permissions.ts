// What a role of a workspace can be made of.
import type { Role } from "@/api/types";

/** All that there is to be permitted in a workspace, in the server's order: what any of its roles has. Owners have all. */
export function allPermissions(roles: readonly Role[]): string[] {
  const richest = roles.toSorted((one, other) => other.permissions.length - one.permissions.length);
  return [...new Set(richest.flatMap(({ permissions }) => permissions))];
}
