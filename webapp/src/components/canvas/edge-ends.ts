// Where the edges of a graph begin and end: at the ports of their nodes, wherever these are just now.
import { type Node, type NodeHandle, Position } from "@xyflow/react";
import type { Direction, Point } from "./geometry";

export interface CanvasEdge {
  id: string;
  source: string;
  port: string;
  target: string;
  label: string;
  bends: Point[];
  direction: Direction;
  selected?: boolean;
}

export interface PlacedEdge {
  edge: CanvasEdge;
  from: Point;
  to: Point;
}

interface Placed {
  node: Node;
  at: Point;
  depth: number;
}

/** The edges whose two nodes are drawn, by how deep in blocks they lie. */
export function placeEdges(nodes: readonly Node[], edges: readonly CanvasEdge[]): PlacedEdge[][] {
  const places = new Map<string, Placed>();
  for (const node of nodes) {
    if (node.hidden) continue;
    // A node comes after the one that holds it.
    const holder = node.parentId === undefined ? undefined : places.get(node.parentId);
    const at = { x: node.position.x + (holder?.at.x ?? 0), y: node.position.y + (holder?.at.y ?? 0) };
    places.set(node.id, { node, at, depth: holder ? holder.depth + 1 : 0 });
  }
  const levels: PlacedEdge[][] = [];
  for (const edge of edges) {
    const source = places.get(edge.source);
    const from = endAt(source, (each) => each.type === "source" && each.id === edge.port);
    const to = endAt(places.get(edge.target), (each) => each.type === "target");
    if (!source || !from || !to) continue;
    levels[source.depth] ??= [];
    levels[source.depth]?.push({ edge, from, to });
  }
  return levels;
}

/** A picture changes its size in steps, not at each move of a node. */
const STEP = 1000;

/** The area that edges lie in, generously. */
export function areaOf(edges: readonly PlacedEdge[]): {
  x: number;
  y: number;
  width: number;
  height: number;
} {
  const points = edges.flatMap(({ edge, from, to }) => [from, ...edge.bends, to]);
  const spread = (values: readonly number[]) => {
    const least = Math.floor(values.reduce((a, b) => Math.min(a, b), Infinity) / STEP) * STEP;
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
    // A picture without any height or width would not be drawn.
    return { least, size: Math.max(STEP, Math.ceil((most - least) / STEP) * STEP) };
  };
  const [across, down] = [spread(points.map(({ x }) => x)), spread(points.map(({ y }) => y))];
  return { x: across.least, y: down.least, width: across.size, height: down.size };
}

function endAt(placed: Placed | undefined, isMeant: (handle: NodeHandle) => boolean): Point | undefined {
  const handle = placed?.node.handles?.find(isMeant);
  if (!placed || !handle) return undefined;
  const { width = 0, height = 0, position } = handle;
  const [x, y] = [placed.at.x + handle.x, placed.at.y + handle.y];
  switch (position) {
    case Position.Left:
      return { x, y: y + height / 2 };
    case Position.Right:
      return { x: x + width, y: y + height / 2 };
    case Position.Top:
      return { x: x + width / 2, y };
    case Position.Bottom:
      return { x: x + width / 2, y: y + height };
  }
}
