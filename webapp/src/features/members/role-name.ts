// The roles that every workspace has, in the reader's language; its own ones are called as they are.
import type { Role } from "@/api/types";
import { t } from "@/lib/i18n";

export function roleName(name: string): string {
  const names: Record<string, string> = {
    viewer: t("viewer"),
    operator: t("operator"),
    editor: t("editor"),
    admin: t("admin"),
    owner: t("owner"),
  };
  return names[name] ?? name;
}

/** All that there is to be permitted in a workspace, in the server's order: what any of its roles has. Owners have all. */
export function allPermissions(roles: readonly Role[]): string[] {
  const richest = roles.toSorted((one, other) => other.permissions.length - one.permissions.length);
  return [...new Set(richest.flatMap(({ permissions }) => permissions))];
}
