// Sizes of nodes, places of ports and shapes of edges: what layout and drawing must agree on.

export interface Point {
  x: number;
  y: number;
}

export type Direction = "right" | "down";

export const NODE_WIDTH = 212;
const SMALLEST_HEIGHT = 64;
const PORT_SPACING = 22;

/** A node with many ports is tall enough to keep their labels apart. */
export function nodeHeight(ports: number): number {
  return Math.max(SMALLEST_HEIGHT, ports * PORT_SPACING + 12);
}

export interface Size {
  width: number;
  height: number;
}

export function cardSize(ports: number): Size {
  return { width: NODE_WIDTH, height: nodeHeight(ports) };
}

/** Where a port sits on its node, from the node's top left corner. */
export function portPoint(
  index: number,
  count: number,
  direction: Direction,
  { width, height }: Size = cardSize(count),
): Point {
  const share = (Math.max(0, index) + 1) / (Math.max(1, count) + 1);
  return direction === "right" ? { x: width, y: height * share } : { x: width * share, y: height };
}

/** A curve from source to target which runs straight between the two points of each bend. */
export function edgePath(
  source: Point,
  bends: readonly Point[],
  target: Point,
  direction: Direction,
): string {
  const stops = [source, ...bends, target];
  let path = `M ${source.x} ${source.y}`;
  for (const [index, stop] of stops.entries()) {
    const before = stops[index - 1];
    if (!before) continue;
    const isInsideBend = index % 2 === 0;
    path += isInsideBend ? ` L ${stop.x} ${stop.y}` : curve(before, stop, direction);
  }
  return path;
}

/** A place on an edge, as near its middle as is easily told. */
export function edgeMiddle(source: Point, bends: readonly Point[], target: Point): Point {
  const stops = [source, ...bends, target];
  const half = (stops.length - 1) / 2;
  const [one, other] = [stops[Math.floor(half)] ?? source, stops[Math.ceil(half)] ?? target];
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function curve(from: Point, to: Point, direction: Direction): string {
  if (direction === "right") {
    const reach = reachOf(to.x - from.x);
    return ` C ${from.x + reach} ${from.y}, ${to.x - reach} ${to.y}, ${to.x} ${to.y}`;
  }
  const reach = reachOf(to.y - from.y);
  return ` C ${from.x} ${from.y + reach}, ${to.x} ${to.y - reach}, ${to.x} ${to.y}`;
}

/** Half the way ahead; an edge that runs backwards swings out instead. */
function reachOf(distance: number): number {
  return distance >= 0 ? distance / 2 : Math.min(160, 40 - distance / 4);
}
