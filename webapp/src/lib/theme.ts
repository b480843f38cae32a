// Light, dark, or as the system says; public/theme.js applies the stored choice before the first paint.

export type Theme = "system" | "light" | "dark";

const KEY = "lathe.theme";
const listeners = new Set<() => void>();

export function theme(): Theme {
  const shown = document.documentElement.dataset.theme;
  return shown === "light" || shown === "dark" ? shown : "system";
}

/** Shows another theme, now and after a reload. */
export function chooseTheme(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  try {
    if (chosen === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  for (const each of listeners) each();
}

/** Calls back when another theme is shown. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
