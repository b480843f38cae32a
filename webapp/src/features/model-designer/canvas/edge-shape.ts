// How a relation is drawn between two boxes: from the row that names it to the head of the other box, on the sides that face each other.
import type { Point, Size } from "@/components/canvas/geometry";
import { BOX_HEADER } from "../arrangement";

export type Rect = Point & Size;

/** One end of the line: where it meets its box, and to which side it leaves. */
export interface End extends Point {
  side: 1 | -1;
}

const REACH = 44;

/** `row` is how far below its top the source names the relation. */
export function endsOf(source: Rect, row: number, target: Rect): [End, End] {
  const isSelf = source.x === target.x && source.y === target.y;
  const gapRight = target.x - (source.x + source.width);
  const gapLeft = source.x - (target.x + target.width);
  // Boxes above each other are joined round their right sides.
  const out: 1 | -1 = isSelf || gapRight >= 24 ? 1 : gapLeft >= 24 ? -1 : 1;
  const into: 1 | -1 = isSelf || (gapRight < 24 && gapLeft < 24) ? 1 : out === 1 ? -1 : 1;
  const at = (box: Rect, side: 1 | -1, y: number): End => ({
    x: side === 1 ? box.x + box.width : box.x,
    y: box.y + y,
    side,
  });
  return [at(source, out, row), at(target, into, BOX_HEADER / 2)];
}

/** From a point by two others, which pull it, to a point. */
export type Curve = readonly [Point, Point, Point, Point];

/** A curve that leaves and arrives level. */
export function curveOf(from: End, to: End): Curve {
  const between = Math.abs(to.x - from.x) / 2;
  const reach = from.side === to.side ? REACH + Math.abs(to.y - from.y) / 8 : Math.max(REACH, between);
  const [a, b] = [from.x + from.side * reach, to.x + to.side * reach];
  return [
    { x: from.x, y: from.y },
    { x: a, y: from.y },
    { x: b, y: to.y },
    { x: to.x, y: to.y },
  ];
}

export function linePath(curves: readonly Curve[]): string {
  const said = ({ x, y }: Point) => `${x} ${y}`;
  return curves
    .map(
      ([from, a, b, to], index) =>
        `${index === 0 ? `M ${said(from)} ` : ""}C ${[a, b, to].map(said).join(", ")}`,
    )
    .join(" ");
}

const FOOT = 12;
const SPREAD = 6;

/** A crow's foot: many records stand at this end. */
export function manyPath({ x, y, side }: End): string {
  const tip = x + side * FOOT;
  return `M ${tip} ${y} L ${x} ${y - SPREAD} M ${tip} ${y} L ${x} ${y + SPREAD}`;
}

/** A bar: one record stands at this end; a second one when it has to be there, and a ring when it need not. */
export function onePath({ x, y, side }: End, isRequired: boolean): string {
  const bar = (at: number) => `M ${x + side * at} ${y - SPREAD} L ${x + side * at} ${y + SPREAD}`;
  if (isRequired) return `${bar(7)} ${bar(12)}`;
  const centre = x + side * 14;
  const radius = 4;
  return `${bar(6)} M ${centre - radius} ${y} a ${radius} ${radius} 0 1 0 ${2 * radius} 0 a ${radius} ${radius} 0 1 0 ${-2 * radius} 0`;
}
