// Where nodes and the part in view are on a small map of a graph.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Room = Pick<Box, "width" | "height">;

export interface Fitted {
  /** The corner of the map, in the graph, and how much smaller everything is. */
  x: number;
  y: number;
  scale: number;
  /** All nodes as one path. */
  path: string;
}

const MARGIN = 6;
/** Of the part in view so much stays on the map, however far away it is. */
const KEPT = 3;

export function fitMap(boxes: readonly Box[], room: Room): Fitted {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  if (boxes.length === 0) return { x: 0, y: 0, scale: 1, path: "" };
  const [width, height] = [Math.max(1, right - left), Math.max(1, bottom - top)];
  const scale = Math.min((room.width - 2 * MARGIN) / width, (room.height - 2 * MARGIN) / height);
  const x = left - (room.width / scale - width) / 2;
  const y = top - (room.height / scale - height) / 2;
  const path = boxes.map((box) => {
    const [across, down] = [round(box.width * scale), round(box.height * scale)];
    return `M${round((box.x - x) * scale)} ${round((box.y - y) * scale)}h${across}v${down}h${-across}z`;
  });
  return { x, y, scale, path: path.join("") };
}

/** The part of the graph that is in view, on the map. */
export function frameOf(
  fitted: Fitted,
  [x, y, zoom]: readonly [number, number, number],
  view: Room,
  room: Room,
): Box {
  const by = fitted.scale / zoom;
  const [width, height] = [view.width * by, view.height * by];
  const kept = (at: number, size: number, all: number) =>
    round(Math.min(all - KEPT, Math.max(KEPT - size, at)));
  return {
    x: kept((-x / zoom - fitted.x) * fitted.scale, width, room.width),
    y: kept((-y / zoom - fitted.y) * fitted.scale, height, room.height),
    width: round(width),
    height: round(height),
  };
}

/** What is above, under, left and right of a frame: how an area of the map's size is moved and scaled to be there. */
export function shadesOf({ x, y, width, height }: Box, room: Room): [string, string, string, string] {
  const area = (left: number, top: number, across: number, down: number) =>
    `translate(${left}px, ${top}px) scale(${Math.max(0, across / room.width)}, ${Math.max(0, down / room.height)})`;
  return [
    area(0, 0, room.width, y),
    area(0, y + height, room.width, room.height - y - height),
    area(0, y, x, height),
    area(x + width, y, room.width - x - width, height),
  ];
}

/** The place in the graph that is shown at a place of the map. */
export function placeOn({ x, y, scale }: Fitted, at: Pick<Box, "x" | "y">): Pick<Box, "x" | "y"> {
  return { x: x + at.x / scale, y: y + at.y / scale };
}

export function isWithin(box: Box, { x, y }: Pick<Box, "x" | "y">): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
