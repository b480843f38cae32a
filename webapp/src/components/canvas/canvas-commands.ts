// The commands of every canvas that is edited: ways over it and nearer to it, moving by keys, undo and help.

import type { RefObject } from "react";
import type { Command } from "@/lib/commands";
import type { History } from "@/lib/edit-history";
import { t } from "@/lib/i18n";
import type { Point } from "./geometry";
import type { CanvasHandle } from "./use-canvas-handle";
import { type Box, type Heading, nextIn } from "./walk";

interface Direction {
  key: string;
  step: Point;
  walk: (what: string) => string;
  extend: (what: string) => string;
  nudge: () => string;
}

const HEADINGS: Record<Heading, Direction> = {
  left: {
    key: "arrowleft",
    step: { x: -1, y: 0 },
    walk: (what) => t("Go to the next {{what}} to the left", { what }),
    extend: (what) => t("Choose the next {{what}} to the left as well", { what }),
    nudge: () => t("Move left"),
  },
  right: {
    key: "arrowright",
    step: { x: 1, y: 0 },
    walk: (what) => t("Go to the next {{what}} to the right", { what }),
    extend: (what) => t("Choose the next {{what}} to the right as well", { what }),
    nudge: () => t("Move right"),
  },
  up: {
    key: "arrowup",
    step: { x: 0, y: -1 },
    walk: (what) => t("Go to the next {{what}} up", { what }),
    extend: (what) => t("Choose the next {{what}} up as well", { what }),
    nudge: () => t("Move up"),
  },
  down: {
    key: "arrowdown",
    step: { x: 0, y: 1 },
    walk: (what) => t("Go to the next {{what}} down", { what }),
    extend: (what) => t("Choose the next {{what}} down as well", { what }),
    nudge: () => t("Move down"),
  },
};

const headings = Object.entries(HEADINGS) as [Heading, Direction][];

export function undoCommands(
  store: { undo: () => void; redo: () => void },
  history: Pick<History<unknown, unknown>, "done" | "undone">,
): Command[] {
  return [
    {
      id: "undo",
      title: t("Undo: {{title}}", { title: history.done.at(-1)?.title ?? "" }),
      group: t("Edit"),
      keys: ["mod+z"],
      enabled: history.done.length > 0,
      run: () => store.undo(),
    },
    {
      id: "redo",
      title: t("Redo: {{title}}", { title: history.undone.at(-1)?.title ?? "" }),
      group: t("Edit"),
      keys: ["mod+shift+z", "mod+y"],
      enabled: history.undone.length > 0,
      run: () => store.redo(),
    },
  ];
}

export function zoomCommands(
  canvas: RefObject<CanvasHandle | null>,
  fit: { title: string; enabled: boolean },
): Command[] {
  return [
    {
      id: "fit",
      ...fit,
      group: t("View"),
      keys: ["shift+1", "!"],
      run: () => canvas.current?.fit(),
    },
    {
      id: "zoom-in",
      title: t("Zoom in"),
      group: t("View"),
      keys: ["+", "="],
      enabled: true,
      run: () => canvas.current?.zoom(1),
    },
    {
      id: "zoom-out",
      title: t("Zoom out"),
      group: t("View"),
      keys: ["-"],
      enabled: true,
      run: () => canvas.current?.zoom(-1),
    },
  ];
}

interface Walk {
  /** What one of them is called. */
  what: string;
  from: string | undefined | (() => string | undefined);
  enabled: boolean;
  boxes: () => readonly Box[];
  go: (id: string) => void;
}

export function walkCommands(walk: Walk): Command[] {
  return walking(walk, "walk", (key) => key, walked);
}

/** The same way, and what was chosen stays chosen. */
export function extendCommands(walk: Walk): Command[] {
  return walking(walk, "walk-extend", (key) => `mod+shift+${key}`, extended);
}

const walked = (direction: Direction, what: string) => direction.walk(what);
const extended = (direction: Direction, what: string) => direction.extend(what);

function walking(
  { what, from, enabled, boxes, go }: Walk,
  id: string,
  keysOf: (key: string) => string,
  titleOf: (direction: Direction, what: string) => string,
): Command[] {
  return headings.map(([heading, direction]) => ({
    id: `${id}-${heading}`,
    title: titleOf(direction, what),
    group: t("View"),
    keys: [keysOf(direction.key)],
    enabled,
    run: () => {
      const next = nextIn(boxes(), typeof from === "function" ? from() : from, heading);
      if (next !== undefined) go(next);
    },
  }));
}

interface Nudge {
  ids: readonly string[];
  /** How far one press of a key goes. */
  distance: number;
  places: () => ReadonlyMap<string, Point>;
  move: (places: Record<string, Point>, gesture: string) => void;
}

export function nudgeCommands({ ids, distance, places, move }: Nudge): Command[] {
  return headings.map(([heading, { key, step, nudge }]) => ({
    id: `move-${heading}`,
    title: nudge(),
    group: t("Arrange"),
    keys: [`shift+${key}`],
    enabled: ids.length > 0,
    run: () => {
      const before = places();
      const moved = ids.flatMap((id) => {
        const place = before.get(id);
        return place ? [[id, { x: place.x + step.x * distance, y: place.y + step.y * distance }]] : [];
      });
      move(Object.fromEntries(moved), `nudge ${ids.join(" ")}`);
    },
  }));
}

export function helpCommands(show: (overlay: "commands" | "keys") => void): Command[] {
  return [
    {
      id: "commands",
      title: t("All commands"),
      group: t("Help"),
      keys: ["mod+k"],
      enabled: true,
      run: () => show("commands"),
    },
    {
      id: "keys",
      title: t("All keys"),
      group: t("Help"),
      keys: ["?"],
      enabled: true,
      run: () => show("keys"),
    },
  ];
}
