// The parts of a screen with a canvas: F6 goes from one to the next, past all that stands between, and back to where it was.

import { useEffect } from "react";
import type { Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { partAfter } from "./part-order";

/** Actions, canvas or form, times, problems, panels: whatever says that it is one, in the order of the page. */
const PARTS = "[data-part]";

const CHOSEN = ".react-flow__node.selected";

/** Where one begins in a part in which the keyboard has not been. */
const BEGINNINGS = [
  // On a canvas with what is chosen; where there is no node, with the bar that adds one.
  CHOSEN,
  ".react-flow__node",
  ".react-flow__panel.top button",
  "[role=tabpanel] :is(input, textarea, select):not(:disabled)",
  "[data-field] :is(input, textarea, select):not(:disabled)",
  ".cm-content",
  ":is(button, input, textarea, select):not(:disabled), a[href], [tabindex='0']",
];

interface Visit {
  last: HTMLElement;
  /** Which nodes were chosen when it was left. */
  chosen: string;
}

const visits = new WeakMap<Element, Visit>();

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
      if (part && part !== target) visits.set(part, { last: target, chosen: chosenIn(part) });
    };
    document.addEventListener("focusin", onFocus);
    // What it was at may choose something, and it is left with that.
    document.addEventListener("focusout", onFocus);
    return () => {
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("focusout", onFocus);
    };
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
  if (part) placeIn(part)?.focus({ preventScroll: part.dataset.part === "canvas" });
}

function placeIn(part: HTMLElement): HTMLElement | undefined {
  const visit = visits.get(part);
  // Something else may have been chosen by other means meanwhile: then that is what one comes for.
  const isChosenSince = part.querySelector(CHOSEN) !== null && chosenIn(part) !== visit?.chosen;
  if (visit && !isChosenSince && isThere(visit.last, part)) return visit.last;
  for (const beginning of BEGINNINGS) {
    const found = [...part.querySelectorAll<HTMLElement>(beginning)].find(isShown);
    if (found) return found;
  }
  return undefined;
}

function isThere(last: HTMLElement, part: HTMLElement): boolean {
  return part.contains(last) && isShown(last) && !last.matches(":disabled");
}

function chosenIn(part: Element): string {
  return [...part.querySelectorAll<HTMLElement>(CHOSEN)].map((node) => node.dataset.id).join(" ");
}

function isShown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
