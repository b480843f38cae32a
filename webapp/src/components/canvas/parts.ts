// The parts of a screen with a canvas: F6 goes from one to the next, past all that stands between, and back to where it was.

import { useEffect } from "react";
import type { Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { partAfter } from "./part-order";

/** What can be done, what is drawn, what is said of it: in the order of the page. */
const PARTS = "[data-designer-actions], [data-canvas], #content aside";

/** Where one begins in a part in which the keyboard has not been. */
const BEGINNINGS = [
  // On a canvas with what is chosen; where there is no node, with the bar that adds one.
  ".react-flow__node.selected",
  ".react-flow__node",
  ".react-flow__panel.top button",
  "[role=tabpanel] :is(input, textarea, select):enabled",
  "[data-field] :is(input, textarea, select):enabled",
  ".cm-content",
  ":is(button, input, textarea, select):enabled, a[href], [tabindex='0']",
];

const lastIn = new WeakMap<Element, HTMLElement>();

/** These hold while a text is typed, too: it is the way out of it. */
export const PART_COMMANDS = ["part-next", "part-previous"];

export function partCommands(): Command[] {
  return [
    {
      id: "part-next",
      title: t("Go to the next part of the screen"),
      group: t("View"),
      keys: ["f6"],
      enabled: true,
      run: () => go(1),
    },
    {
      id: "part-previous",
      title: t("Go to the part of the screen before"),
      group: t("View"),
      keys: ["shift+f6"],
      enabled: true,
      run: () => go(-1),
    },
  ];
}

/** Remembers where the keyboard was in each part. */
export function useParts(): void {
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      const part = target instanceof HTMLElement && target.closest(PARTS);
      if (part && part !== target) lastIn.set(part, target);
    };
    document.addEventListener("focusin", onFocus);
    return () => document.removeEventListener("focusin", onFocus);
  }, []);
}

function go(step: 1 | -1): void {
  const parts = [...document.querySelectorAll<HTMLElement>(PARTS)].filter(isShown);
  const at = parts.findIndex((part) => part.contains(document.activeElement));
  const next = partAfter(
    parts.map((part) => placeIn(part) !== undefined),
    at,
    step,
  );
  const part = next === undefined ? undefined : parts[next];
  if (part) placeIn(part)?.focus({ preventScroll: part.matches("[data-canvas]") });
}

function placeIn(part: HTMLElement): HTMLElement | undefined {
  const last = lastIn.get(part);
  const isThere = last !== undefined && part.contains(last) && isShown(last) && !last.matches(":disabled");
  const chosen = part.querySelector<HTMLElement>(".react-flow__node.selected");
  // Something else may have been chosen by other means meanwhile.
  if (isThere && (!chosen || last.matches(".react-flow__node.selected"))) return last;
  for (const beginning of BEGINNINGS) {
    const found = [...part.querySelectorAll<HTMLElement>(beginning)].find(isShown);
    if (found) return found;
  }
  return undefined;
}

function isShown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
