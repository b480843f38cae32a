// Places a graph with all that its nodes hold: from the innermost block outwards, as each is as large as what is in it.
import type { Layout } from "@/api/types";
import { cardSize, type Direction, type Point, type Size } from "./geometry";
import type { Graph, GraphNode } from "./graph";
import { placeGraph } from "./layout";
import { extentOf } from "./view";

/** What a node shows of one of its blocks, from the corner of the node. */
export interface Band extends Point, Size {
  part: string;
  /** Where the corner is that the nodes of the block count from. */
  inner: Point;
  isEmpty: boolean;
}

/** Places count from the block that a node lies in. */
export interface Arrangement {
  places: Map<string, Point>;
  sizes: Map<string, Size>;
  bands: Map<string, Band[]>;
  /** By edge, in the coordinates of its block; only where nobody has moved anything. */
  bends: Map<string, Point[]>;
}

export const HEADER = 60;
const PADDING = 14;
const LABEL = 24;
const SMALLEST: Size = { width: 212, height: 64 };
const EMPTY: Size = { width: 212, height: 44 };

/** Saved places count; a node without one is put where the graph says. */
export function arrange(graph: Graph, direction: Direction, saved: Layout = {}): Arrangement {
  const into: Arrangement = { places: new Map(), sizes: new Map(), bands: new Map(), bends: new Map() };
  arrangeLevel(graph, direction, saved, into);
  return into;
}

function arrangeLevel(graph: Graph, direction: Direction, saved: Layout, into: Arrangement): void {
  for (const node of graph.nodes) {
    for (const { graph: inner } of node.blocks) arrangeLevel(inner, direction, saved, into);
    const { size, bands } = measure(node, into);
    into.sizes.set(node.id, size);
    if (bands.length > 0) into.bands.set(node.id, bands);
  }
  const known = graph.nodes.filter((node) => saved[node.id]);
  if (known.length === 0) {
    const { nodes, bends } = placeGraph(graph, direction, into.sizes);
    for (const [id, place] of nodes) into.places.set(id, place);
    for (const [id, points] of bends) into.bends.set(id, points);
    return;
  }
  for (const { id } of known) {
    const place = saved[id];
    if (place) into.places.set(id, { x: place.x, y: place.y });
  }
  for (const node of graph.nodes) if (!saved[node.id]) into.places.set(node.id, besides(node, graph, into));
}

/** Right of what leads to it, below all others there. */
function besides(node: GraphNode, graph: Graph, { places, sizes }: Arrangement): Point {
  const before = graph.edges.find((edge) => edge.to === node.id && places.has(edge.from))?.from;
  const start = before === undefined ? undefined : places.get(before);
  const width = before === undefined ? 0 : (sizes.get(before)?.width ?? 0);
  const place = start ? { x: start.x + width + 76, y: start.y } : { x: 0, y: 0 };
  const own = sizes.get(node.id) ?? cardSize(node.ports.length);
  return freePlace(place, own, graph.nodes, { places, sizes });
}

/** Moves down from a place until nothing is in the way. */
export function freePlace(
  wish: Point,
  size: Size,
  nodes: readonly { id: string }[],
  { places, sizes }: Pick<Arrangement, "places" | "sizes">,
): Point {
  const place = { ...wish };
  for (let tries = 0; tries < 200; tries++) {
    const blocking = nodes.find(({ id }) => {
      const other = places.get(id);
      const box = sizes.get(id) ?? cardSize(1);
      return (
        other &&
        place.x < other.x + box.width + 16 &&
        other.x < place.x + size.width + 16 &&
        place.y < other.y + box.height + 16 &&
        other.y < place.y + size.height + 16
      );
    });
    if (!blocking) return place;
    const other = places.get(blocking.id);
    place.y = (other?.y ?? place.y) + (sizes.get(blocking.id)?.height ?? 64) + 32;
  }
  return place;
}

function measure(node: GraphNode, into: Arrangement): { size: Size; bands: Band[] } {
  if (node.blocks.length === 0) return { size: cardSize(node.ports.length), bands: [] };
  const bands: Band[] = [];
  let y = HEADER;
  let width = SMALLEST.width + 2 * PADDING;
  for (const { part, graph } of node.blocks) {
    const isEmpty = graph.nodes.length === 0;
    const extent = isEmpty ? { ...EMPTY, x: 0, y: 0 } : extentOf(graph, into.places, into.sizes);
    const reach = {
      width: Math.max(EMPTY.width, extent.x + extent.width),
      height: Math.max(isEmpty ? EMPTY.height : SMALLEST.height, extent.y + extent.height),
    };
    const height = LABEL + reach.height + PADDING;
    bands.push({
      part,
      x: PADDING / 2,
      y,
      width: 0,
      height,
      inner: { x: PADDING, y: y + LABEL },
      isEmpty,
    });
    width = Math.max(width, reach.width + 2 * PADDING);
    y += height + PADDING / 2;
  }
  for (const band of bands) band.width = width - PADDING;
  return { size: { width, height: y }, bands };
}
