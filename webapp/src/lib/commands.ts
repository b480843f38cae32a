// Everything that can be done on a canvas that is edited, each with its keys: the command palette and the keyboard read the same list.
import { t } from "@/lib/i18n";

export interface Command {
  id: string;
  title: string;
  group: string;
  /** `mod+z`: mod is Ctrl, or Cmd on a Mac. */
  keys?: readonly string[];
  /** False leaves it out. */
  enabled: boolean;
  run: () => void;
}

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

export function matches(keys: string, event: Pressed): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1) ?? "";
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  const mod = event.ctrlKey || event.metaKey;
  // Signs such as `?` need Shift on some keyboards and not on others.
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key);
  return (
    event.key.toLowerCase() === key &&
    mod === wants("mod") &&
    event.altKey === wants("alt") &&
    (isSign || event.shiftKey === wants("shift"))
  );
}

export function commandFor(commands: readonly Command[], event: Pressed): Command | undefined {
  return commands.find((command) => command.enabled && command.keys?.some((keys) => matches(keys, event)));
}

const NAMES: Record<string, () => string> = {
  mod: () => t("Ctrl"),
  shift: () => t("Shift"),
  alt: () => t("Alt"),
  arrowleft: () => "←",
  arrowright: () => "→",
  arrowup: () => "↑",
  arrowdown: () => "↓",
  delete: () => t("Del"),
  backspace: () => t("Backspace"),
  enter: () => t("Enter"),
  escape: () => t("Esc"),
  tab: () => t("Tab"),
  " ": () => t("Space"),
};

export function keysText(keys: string): string {
  return keys
    .split("+")
    .map((part) => NAMES[part]?.() ?? part.toUpperCase())
    .join(" ");
}

/** Whether keys belong to a text that is being typed, and not to the canvas. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, dialog, [contenteditable], .cm-editor") !== null
  );
}
