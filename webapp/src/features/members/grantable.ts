// Nobody gives away more than they have: the roles that somebody can give to others.
import type { Role } from "@/api/types";

export function grantableRoles(roles: readonly Role[], own: readonly string[]): Role[] {
  return roles.filter(({ permissions }) => permissions.every((permission) => own.includes(permission)));
}
