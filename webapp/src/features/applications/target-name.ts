// As what an application runs, in words. What a newer server names besides keeps its name.
import { t } from "@/lib/i18n";

export function targetName(target: string): string {
  switch (target) {
    case "process":
      return t("Process");
    case "docker":
      return t("Docker container");
    default:
      return target;
  }
}
