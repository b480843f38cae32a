// The commands of every canvas that is edited: ways over it and nearer to it, moving by keys, undo and help.
import type { RefObject } from "react";
import type { Command } from "@/lib/commands";
import type { History } from "@/lib/edit-history";
import type { Point } from "./geometry";
import type { CanvasHandle } from "./use-canvas-handle";
import { type Box, type Heading, nextIn } from "./walk";

const HEADINGS: Record<Heading, { key: string; way: string; step: Point }> = {
  left: { key: "arrowleft", way: "to the left", step: { x: -1, y: 0 } },
  right: { key: "arrowright", way: "to the right", step: { x: 1, y: 0 } },
  up: { key: "arrowup", way: "up", step: { x: 0, y: -1 } },
  down: { key: "arrowdown", way: "down", step: { x: 0, y: 1 } },
};

const headings = Object.entries(HEADINGS) as [Heading, (typeof HEADINGS)[Heading]][];

export function undoCommands(
  store: { undo: () => void; redo: () => void },
  history: Pick<History<unknown, unknown>, "done" | "undone">,
): Command[] {
  return [
    {
      id: "undo",
      title: `Undo: ${history.done.at(-1)?.title ?? ""}`,
      group: "Edit",
      keys: ["mod+z"],
      enabled: history.done.length > 0,
      run: () => store.undo(),
    },
    {
      id: "redo",
      title: `Redo: ${history.undone.at(-1)?.title ?? ""}`,
      group: "Edit",
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
      group: "View",
      keys: ["shift+1", "!"],
      run: () => canvas.current?.fit(),
    },
    {
      id: "zoom-in",
      title: "Zoom in",
      group: "View",
      keys: ["+", "="],
      enabled: true,
      run: () => canvas.current?.zoom(1),
    },
    {
      id: "zoom-out",
      title: "Zoom out",
      group: "View",
      keys: ["-"],
      enabled: true,
      run: () => canvas.current?.zoom(-1),
    },
  ];
}

interface Walk {
  /** What one of them is called. */
  what: string;
  from: string | undefined;
  enabled: boolean;
  boxes: () => readonly Box[];
  go: (id: string) => void;
}

export function walkCommands({ what, from, enabled, boxes, go }: Walk): Command[] {
  return headings.map(([heading, { key, way }]) => ({
    id: `walk-${heading}`,
    title: `Go to the next ${what} ${way}`,
    group: "View",
    keys: [key],
    enabled,
    run: () => {
      const next = nextIn(boxes(), from, heading);
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
  return headings.map(([heading, { key, step }]) => ({
    id: `move-${heading}`,
    title: `Move ${heading}`,
    group: "Arrange",
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
      title: "All commands",
      group: "Help",
      keys: ["mod+k"],
      enabled: true,
      run: () => show("commands"),
    },
    { id: "keys", title: "All keys", group: "Help", keys: ["?"], enabled: true, run: () => show("keys") },
  ];
}
