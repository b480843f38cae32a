// Light, dark, or as the system says; public/theme.js applies the stored choice before the first paint.

import { OwnChoice } from "./own-choice";

export type Theme = "system" | "light" | "dark";

const choice = new OwnChoice("lathe.theme");
const listeners = new Set<() => void>();

export function theme(): Theme {
  const shown = document.documentElement.dataset.theme;
  return shown === "light" || shown === "dark" ? shown : "system";
}

/** Shows another theme, now and after a reload. */
export function chooseTheme(chosen: Theme): void {
  show(chosen);
  choice.make(chosen);
}

/** Shows what somebody has chosen in another browser, as long as they have chosen nothing in this one. */
export function adoptTheme(chosen: Theme | null): void {
  if (choice.adopt(chosen)) show(chosen ?? "system");
}

function show(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  for (const each of listeners) each();
}

/** Calls back when another theme is shown. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
