// Where the view of a graph begins: all of it when that can be read, otherwise its beginning.
import { cardSize, type Direction, type Point, type Size } from "./geometry";
import type { Graph } from "./graph";

export interface Frame {
  width: number;
  height: number;
}

export interface Extent extends Frame {
  x: number;
  y: number;
}

const MARGIN = 36;
const LARGEST_ZOOM = 1.1;
const SMALLEST_ZOOM = 0.5;

export function extentOf(
  graph: Graph,
  places: ReadonlyMap<string, Point>,
  sizes: ReadonlyMap<string, Size> = new Map(),
): Extent {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (const [index, node] of graph.nodes.entries()) {
    const { x, y } = places.get(node.id) ?? { x: 0, y: 0 };
    left = index === 0 ? x : Math.min(left, x);
    top = index === 0 ? y : Math.min(top, y);
    const { width, height } = sizes.get(node.id) ?? cardSize(node.ports.length);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

export function fitZoom(extent: Extent, frame: Frame): number {
  return Math.min((frame.width - 2 * MARGIN) / extent.width, (frame.height - 2 * MARGIN) / extent.height);
}

/** Whether some of it lies outside of the frame when it is shown like that. */
export function isCut(extent: Extent, frame: Frame, { zoom }: { zoom: number }): boolean {
  return fitZoom(extent, frame) < zoom;
}

/** The offset and zoom React Flow starts with. All of it is shown down to the smallest zoom that still serves. */
export function firstView(
  extent: Extent,
  frame: Frame,
  direction: Direction,
  smallest = SMALLEST_ZOOM,
): Point & { zoom: number } {
  const fit = fitZoom(extent, frame);
  const zoom = Math.min(LARGEST_ZOOM, fit >= smallest ? fit : SMALLEST_ZOOM);
  const along = direction === "right";
  return {
    x: offset(extent.x * zoom, extent.width * zoom, frame.width, along),
    y: offset(extent.y * zoom, extent.height * zoom, frame.height, !along),
    zoom,
  };
}

/** Centred when it fits or runs across; from its beginning when it runs on beyond the frame. */
function offset(start: number, size: number, room: number, isAlong: boolean): number {
  const fits = size <= room - 2 * MARGIN + 1;
  return isAlong && !fits ? MARGIN - start : (room - size) / 2 - start;
}

/** Where on the screen a mouse or a finger is. */
export function pointOf(event: MouseEvent | TouchEvent): Point {
  const at = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 };
}
