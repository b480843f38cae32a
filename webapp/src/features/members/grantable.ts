// Nobody gives away more than they have: the roles that somebody can give to others.
import type { Role } from "@/api/types";

export function grantableRoles(roles: readonly Role[], own: readonly string[]): Role[] {
  return roles.filter(({ permissions }) => permissions.every((permission) => own.includes(permission)));
}

/** The names of the roles among which one has the choice for a member; none where their own includes more than one has. */
export function choosableRoles(
  roles: readonly Role[],
  own: readonly string[],
  present: string,
): string[] | undefined {
  const names = grantableRoles(roles, own).map(({ name }) => name);
  return names.includes(present) ? names : undefined;
}
