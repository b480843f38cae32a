// Light, dark, or as the system says; public/theme.js applies the stored choice before the first paint.

import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";

type Theme = "system" | "light" | "dark";

const KEY = "lathe.theme";
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon };

function storedTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "system";
}

function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
}

function nameOf(theme: Theme): string {
  if (theme === "system") return t("system");
  return theme === "light" ? t("light") : t("dark");
}

export function ThemeToggle() {
  const [theme, setTheme] = useState(storedTheme);
  const Icon = ICONS[theme];
  const label = t("Theme: {{now}}. Change to {{next}}.", { now: nameOf(theme), next: nameOf(NEXT[theme]) });
  return (
    <Button
      weight="quiet"
      aria-label={label}
      title={label}
      className="px-1.5"
      onClick={() => {
        applyTheme(NEXT[theme]);
        setTheme(NEXT[theme]);
      }}
    >
      <Icon aria-hidden />
    </Button>
  );
}
