// The roles that every workspace has, in the reader's language; its own ones are called as they are.
import { t } from "./i18n";

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
