// Which way a relation takes: straight to the other box, or round those that it would run behind. Pure.
import type { Point } from "@/components/canvas/geometry";
import { type Curve, curveOf, type End, endsOf, type Rect } from "./edge-shape";

export interface Route {
  from: End;
  to: End;
  curves: readonly Curve[];
}

/** As far as a line keeps from what it goes round: half of what lies between two boxes of a column. */
const CLEAR = 16;
/** Points of a curve that are looked at; much closer to each other than a box is wide. */
const SAMPLES = 24;

/** Of a few ways the one that crosses the fewest of the other boxes; where that says nothing, the first. */
export function routeOf(source: Rect, row: number, target: Rect, others: readonly Rect[]): Route {
  const [from, to] = endsOf(source, row, target);
  const direct: Route = { from, to, curves: [curveOf(from, to)] };
  const behind = crossed(direct.curves, others);
  if (behind.length === 0) return direct;
  const ways = from.side === to.side ? [otherSide(source, target, direct)] : lanes(direct, behind);
  // Nor does a way round lead back behind the two that it joins.
  const all = [...others, source, target];
  let best = { route: direct, crossings: behind.length };
  for (const route of ways) {
    const crossings = crossed(route.curves, all).length;
    if (crossings < best.crossings) best = { route, crossings };
  }
  return best.route;
}

/** The boxes that a line would run behind. */
export function crossed(curves: readonly Curve[], boxes: readonly Rect[]): Rect[] {
  const points = curves.flatMap(sampled);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return boxes.filter(
    (box) =>
      box.x < right &&
      box.x + box.width > left &&
      box.y < bottom &&
      box.y + box.height > top &&
      points.some(({ x, y }) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height),
  );
}

/** Above and below all that is in the way, the shorter of the two first. */
function lanes({ from, to }: Route, behind: readonly Rect[]): Route[] {
  const left = Math.min(...behind.map((box) => box.x));
  const right = Math.max(...behind.map((box) => box.x + box.width));
  const [enter, leave] = from.side === 1 ? [left, right] : [right, left];
  const above = Math.min(...behind.map((box) => box.y)) - CLEAR;
  const below = Math.max(...behind.map((box) => box.y + box.height)) + CLEAR;
  const detour = (y: number) => Math.abs(y - from.y) + Math.abs(y - to.y);
  return [above, below]
    .sort((one, other) => detour(one) - detour(other))
    .map((y) => {
      const [begin, end] = [
        { x: enter, y },
        { x: leave, y },
      ];
      return { from, to, curves: [levelled(from, begin), [begin, begin, end, end], levelled(end, to)] };
    });
}

/** Boxes above each other are joined round their right sides; or round their left ones. */
function otherSide(source: Rect, target: Rect, { from, to }: Route): Route {
  const start: End = { x: source.x, y: from.y, side: -1 };
  const end: End = { x: target.x, y: to.y, side: -1 };
  return { from: start, to: end, curves: [curveOf(start, end)] };
}

/** Leaves and arrives level. */
function levelled(from: Point, to: Point): Curve {
  const middle = (from.x + to.x) / 2;
  return [
    { x: from.x, y: from.y },
    { x: middle, y: from.y },
    { x: middle, y: to.y },
    { x: to.x, y: to.y },
  ];
}

function sampled([a, b, c, d]: Curve): Point[] {
  return Array.from({ length: SAMPLES + 1 }, (_, index) => {
    const t = index / SAMPLES;
    const at = (axis: "x" | "y") =>
      (1 - t) ** 3 * a[axis] +
      3 * (1 - t) ** 2 * t * b[axis] +
      3 * (1 - t) * t ** 2 * c[axis] +
      t ** 3 * d[axis];
    return { x: at("x"), y: at("y") };
  });
}
