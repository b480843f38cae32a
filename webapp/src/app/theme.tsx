// The button that goes through light, dark, and as the system says.
import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { chooseTheme, onTheme, type Theme, theme } from "@/lib/theme";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon };

export function ThemeToggle() {
  const now = useSyncExternalStore(onTheme, theme);
  const Icon = ICONS[now];
  const label = `Theme: ${now}. Change to ${NEXT[now]}.`;
  return (
    <Button
      weight="quiet"
      aria-label={label}
      title={label}
      className="px-1.5"
      onClick={() => chooseTheme(NEXT[now])}
    >
      <Icon aria-hidden />
    </Button>
  );
}
