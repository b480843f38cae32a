// The nearest node in a direction: how the arrow keys go over the canvas.
import type { Point, Size } from "./geometry";

export type Heading = "left" | "right" | "up" | "down";

export interface Box extends Point, Size {
  id: string;
}

/** Nearness counts, and being off the line counts against it. */
export function nextIn(
  boxes: readonly Box[],
  from: string | undefined,
  heading: Heading,
): string | undefined {
  const start = boxes.find((box) => box.id === from);
  if (!start) return boxes[0]?.id;
  const here = middle(start);
  let best: { id: string; cost: number } | undefined;
  for (const box of boxes) {
    if (box.id === start.id) continue;
    const there = middle(box);
    const [dx, dy] = [there.x - here.x, there.y - here.y];
    const [along, across] =
      heading === "right"
        ? [dx, dy]
        : heading === "left"
          ? [-dx, dy]
          : heading === "down"
            ? [dy, dx]
            : [-dy, dx];
    if (along <= 4) continue;
    const cost = along + Math.abs(across) * 2;
    if (!best || cost < best.cost) best = { id: box.id, cost };
  }
  return best?.id;
}

/** The middle of what stands at its top: a block is as tall as what it holds. */
function middle({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + Math.min(height, 64) / 2 };
}
