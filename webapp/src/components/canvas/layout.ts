// Places a graph in layers, to the right or (on a narrow screen) downwards. Pure: sizes in, positions out.

import { cardSize, type Direction, type Point, portPoint, type Size } from "./geometry";
import type { Graph, GraphEdge } from "./graph";
import { orderLayers } from "./layout-order";
import { groupBy, type Link, type Slot } from "./layout-slots";
import { straighten } from "./layout-spread";

export interface Placement {
  /** The top left corner of each node. */
  nodes: Map<string, Point>;
  /** Where a long edge enters and leaves each layer it passes, so that it goes around the nodes there. */
  bends: Map<string, Point[]>;
}

const LAYER_GAP = { right: 76, down: 48 };
const BEND_SIZE = 8;

/** Nodes without a size of their own are plain cards. */
export function placeGraph(
  graph: Graph,
  direction: Direction,
  sizes: ReadonlyMap<string, Size> = new Map(),
): Placement {
  const ranks = rankNodes(graph);
  const layers: Slot[][] = [];
  const put = (id: string, rank: number, size: number, thickness: number) => {
    while (layers.length <= rank) layers.push([]);
    layers[rank]?.push({ id, size, thickness, centre: 0 });
  };
  for (const node of graph.nodes) {
    const { width, height } = sizes.get(node.id) ?? cardSize(node.ports.length);
    const [size, thickness] = direction === "right" ? [height, width] : [width, height];
    put(node.id, ranks.get(node.id) ?? 0, size, thickness);
  }

  const links: Link[] = [];
  const bendIds = new Map<string, string[]>();
  for (const edge of graph.edges) {
    const ids = bendsBetween(edge, ranks);
    for (const [index, id] of ids.entries()) put(id, (ranks.get(edge.from) ?? 0) + 1 + index, BEND_SIZE, 0);
    bendIds.set(edge.id, ids);
    const stops = [edge.from, ...ids, edge.to];
    for (const [index, from] of stops.slice(0, -1).entries()) {
      const to = stops[index + 1] ?? edge.to;
      links.push({ from, to, offset: index === 0 ? portOffset(graph, edge, direction, sizes) : 0 });
    }
  }

  orderLayers(layers, links);
  straighten(layers, links);
  return toPlacement(graph, layers, bendIds, direction);
}

/** The longest path from a source gives a node's layer; edges closing a cycle are left aside. */
function rankNodes(graph: Graph): Map<string, number> {
  const outgoing = groupBy(graph.edges, (edge) => edge.from);
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const backward = new Set<string>();
  const visit = (id: string) => {
    state.set(id, "open");
    for (const edge of outgoing.get(id) ?? []) {
      if (state.get(edge.to) === "open") backward.add(edge.id);
      else if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(id, "done");
    order.unshift(id);
  };
  for (const node of graph.nodes) if (!state.has(node.id)) visit(node.id);

  const ranks = new Map<string, number>();
  for (const id of order) {
    const rank = ranks.get(id) ?? 0;
    ranks.set(id, rank);
    for (const edge of outgoing.get(id) ?? []) {
      if (!backward.has(edge.id)) ranks.set(edge.to, Math.max(ranks.get(edge.to) ?? 0, rank + 1));
    }
  }
  // A node nothing leads to stands right before its first reader instead of far from it.
  const reached = new Set(graph.edges.map((edge) => edge.to));
  for (const node of graph.nodes) {
    const readers = (outgoing.get(node.id) ?? []).map((edge) => ranks.get(edge.to) ?? 0);
    if (!reached.has(node.id) && readers.length > 0)
      ranks.set(node.id, Math.max(0, Math.min(...readers) - 1));
  }
  return ranks;
}

function bendsBetween(edge: GraphEdge, ranks: Map<string, number>): string[] {
  const length = (ranks.get(edge.to) ?? 0) - (ranks.get(edge.from) ?? 0);
  return Array.from({ length: Math.max(0, length - 1) }, (_, index) => `${edge.id}#${index}`);
}

/** How far from the middle of its node an edge leaves, across the direction of the graph. */
function portOffset(
  graph: Graph,
  edge: GraphEdge,
  direction: Direction,
  sizes: ReadonlyMap<string, Size>,
): number {
  const ports = graph.nodes.find((node) => node.id === edge.from)?.ports ?? [];
  const size = sizes.get(edge.from) ?? cardSize(ports.length);
  const point = portPoint(ports.indexOf(edge.port), ports.length, direction, size);
  return direction === "right" ? point.y - size.height / 2 : point.x - size.width / 2;
}

function toPlacement(
  graph: Graph,
  layers: Slot[][],
  bendIds: Map<string, string[]>,
  direction: Direction,
): Placement {
  const first = layers.flat().reduce((least, slot) => Math.min(least, slot.centre - slot.size / 2), Infinity);
  const corners = new Map<string, { along: number; across: number; thickness: number }>();
  let along = 0;
  for (const layer of layers) {
    const thickness = Math.max(...layer.map((slot) => slot.thickness));
    for (const slot of layer) {
      const isBend = slot.thickness === 0;
      const across = Math.round(slot.centre - first - (isBend ? 0 : slot.size / 2));
      corners.set(slot.id, { along, across, thickness });
    }
    along += thickness + LAYER_GAP[direction];
  }
  const turn = (alongAxis: number, across: number): Point =>
    direction === "right" ? { x: alongAxis, y: across } : { x: across, y: alongAxis };
  const at = (id: string) => corners.get(id) ?? { along: 0, across: 0, thickness: 0 };
  return {
    nodes: new Map(graph.nodes.map(({ id }) => [id, turn(at(id).along, at(id).across)])),
    bends: new Map(
      [...bendIds].map(([edge, ids]) => [
        edge,
        ids
          .map(at)
          .flatMap((bend) => [turn(bend.along, bend.across), turn(bend.along + bend.thickness, bend.across)]),
      ]),
    ),
  };
}
