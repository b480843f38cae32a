// The button that goes through light, dark, and as the system says.
import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useSaveSettings } from "@/api/settings";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";
import { chooseTheme, onTheme, type Theme, theme } from "@/lib/theme";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon };

function nameOf(theme: Theme): string {
  if (theme === "system") return t("system");
  return theme === "light" ? t("light") : t("dark");
}

/** `isKept` for other browsers, too, where somebody is logged in. */
export function ThemeToggle({ isKept = false }: { isKept?: boolean }) {
  const now = useSyncExternalStore(onTheme, theme);
  const save = useSaveSettings();
  const Icon = ICONS[now];
  const label = t("Theme: {{now}}. Change to {{next}}.", { now: nameOf(now), next: nameOf(NEXT[now]) });
  return (
    <Button
      weight="quiet"
      aria-label={label}
      title={label}
      className="px-1.5"
      onClick={() => {
        chooseTheme(NEXT[now]);
        if (isKept) save.mutate({ theme: NEXT[now] });
      }}
    >
      <Icon aria-hidden />
    </Button>
  );
}
