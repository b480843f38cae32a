// What people do on the canvas, as lists of operations: add a node after another, insert one, delete, tidy up.
import type { Layout } from "@/api/types";
import { type Arrangement, arrange, freePlace } from "@/components/canvas/arrange";
import { cardSize, type Point } from "@/components/canvas/geometry";
import { findNode, type Graph } from "@/components/canvas/graph";
import { isNote, withoutNotes } from "@/components/canvas/notes";
import { blocksOf, type Catalogue, wishedId } from "./catalogue";
import { freeId } from "./operations/clipboard";
import {
  type BlockAddress,
  blockAt,
  type Draft,
  type FlowEdge,
  type FlowNode,
  locate,
  nodesOf,
} from "./operations/document";
import { leadsTo } from "./operations/edges";
import type { Operation } from "./operations/operation";

export interface Target {
  /** The node and port that the new one follows. */
  after?: { node: string; port: string };
  /** The edge that it is put into. */
  edge?: FlowEdge;
  in?: BlockAddress;
  /** Where it was dropped, in the coordinates of its block. */
  place?: Point;
}

export interface Added {
  operations: Operation[];
  id: string;
}

const GAP = 76;
export const GRID = 12;

export function snap({ x, y }: Point): Point {
  return { x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID };
}

export function addNode(
  draft: Draft,
  arrangement: Arrangement,
  catalogue: Catalogue,
  kind: string,
  target: Target,
): Added {
  const known = catalogue.kinds.get(kind);
  const taken = new Set([...nodesOf(draft.document)].map((node) => node.id));
  const id = freeId(wishedId(known, kind), taken);
  const node: FlowNode = { id, kind };
  for (const part of blocksOf(kind).always) node[part] = { nodes: [] };
  const { edge } = target;
  const after = target.after ?? (edge && { node: edge.from, port: edge.port ?? "out" });
  const address = after ? locate(draft.document, after.node)?.in : target.in;
  const siblings = blockAt(draft.document, address)?.nodes ?? [];
  const size = node.body ? { width: 240, height: 160 } : cardSize(1);
  const room = edge ? makeRoom(draft, arrangement, edge, size.width) : undefined;
  const place = snap(
    target.place ??
      room?.place ??
      freePlace(wishedPlace(after?.node, siblings, arrangement), size, siblings, arrangement),
  );
  const operations: Operation[] = [
    { op: "add_node", node, ...(address && { in: address }), places: { [id]: place } },
  ];
  if (edge) operations.unshift({ op: "disconnect", ...edge });
  if (after) operations.push({ op: "connect", from: after.node, to: id, port: after.port });
  if (edge) {
    const port = known?.ports[0] ?? "out";
    operations.push({ op: "connect", from: id, to: edge.to, port });
    if (room && Object.keys(room.shifted).length > 0) operations.push({ op: "move", places: room.shifted });
  }
  return { operations, id };
}

/** What comes after an edge gives way to the right when there is no room in between. */
function makeRoom(
  draft: Draft,
  { places, sizes }: Arrangement,
  edge: FlowEdge,
  width: number,
): { place: Point; shifted: Layout } | undefined {
  const from = places.get(edge.from);
  const to = places.get(edge.to);
  if (!from || !to) return undefined;
  const place = { x: from.x + (sizes.get(edge.from)?.width ?? 0) + GAP, y: from.y };
  const missing = place.x + width + GAP - to.x;
  const shifted: Layout = {};
  if (missing > 0) {
    const block = locate(draft.document, edge.to)?.block;
    for (const { id } of block?.nodes ?? []) {
      const old = places.get(id);
      if (old && leadsTo(block?.edges ?? [], edge.to, id))
        shifted[id] = snap({ x: old.x + missing, y: old.y });
    }
  }
  return { place, shifted };
}

function wishedPlace(
  after: string | undefined,
  siblings: readonly FlowNode[],
  { places, sizes }: Arrangement,
): Point {
  const start = after === undefined ? undefined : places.get(after);
  if (after !== undefined && start) {
    return { x: start.x + (sizes.get(after)?.width ?? 0) + GAP, y: start.y };
  }
  // Below all others, where it is in nobody's way.
  const bottoms = siblings.map(({ id }) => (places.get(id)?.y ?? 0) + (sizes.get(id)?.height ?? 64));
  const left = siblings.map(({ id }) => places.get(id)?.x ?? 0);
  return {
    x: Math.min(...left, left.length > 0 ? Number.POSITIVE_INFINITY : 0),
    y: bottoms.length > 0 ? Math.max(...bottoms) + 40 : 0,
  };
}

/** Nodes and notes. Of nodes that lie in each other only the outer ones have to be named. */
export function removeChosen(draft: Draft, ids: readonly string[]): Operation[] {
  const chosen = new Set(ids);
  const nodes = withoutNotes(ids).filter((id) => {
    for (let at = locate(draft.document, id)?.in; at; at = locate(draft.document, at.node)?.in)
      if (chosen.has(at.node)) return false;
    return locate(draft.document, id) !== undefined;
  });
  const notes = ids.filter((id) => isNote(id) && draft.layout[id]);
  return [
    ...nodes.map((id): Operation => ({ op: "remove_node", id })),
    ...(notes.length > 0
      ? [{ op: "move" as const, places: Object.fromEntries(notes.map((id) => [id, null])) }]
      : []),
  ];
}

/** A place of a node is a point; a note keeps its text and its size wherever it goes. */
export function moveTo({ layout }: Draft, points: Readonly<Record<string, Point>>): Operation {
  const places = Object.entries(points).map(([id, point]) => [
    id,
    isNote(id) ? { ...layout[id], ...point } : point,
  ]);
  return { op: "move", places: Object.fromEntries(places) };
}

/** Takes nodes to another block; the edges among them come along. */
export function moveInto(
  draft: Draft,
  ids: readonly string[],
  address: BlockAddress | undefined,
  places: Layout,
): Operation[] {
  const moving = new Set(ids);
  const edges = ids.flatMap((id) => {
    const edges = locate(draft.document, id)?.block.edges ?? [];
    return edges.filter((edge) => edge.from === id && moving.has(edge.to));
  });
  return [
    ...ids.map((id): Operation => ({ op: "move_into", id, ...(address && { in: address }) })),
    ...edges.map((edge): Operation => ({ op: "connect", ...edge })),
    { op: "move", places },
  ];
}

/** The same without a mouse: below what is there already. */
export function putInto(
  draft: Draft,
  arrangement: Arrangement,
  ids: readonly string[],
  address: BlockAddress | undefined,
): Operation[] {
  const siblings = [...(blockAt(draft.document, address)?.nodes ?? [])];
  const places: Layout = {};
  const taken = new Map(arrangement.places);
  for (const id of ids) {
    const place = snap(wishedPlace(undefined, siblings, { ...arrangement, places: taken }));
    places[id] = place;
    taken.set(id, place);
    siblings.push({ id, kind: "" });
  }
  return moveInto(draft, ids, address, places);
}

/** Places for all nodes as the graph alone would have them. */
export function tidy(graph: Graph): Operation[] {
  return [{ op: "move", places: layoutOf(arrange(graph, "right")) }];
}

export function layoutOf({ places }: Arrangement): Layout {
  return Object.fromEntries([...places].map(([id, place]) => [id, { x: place.x, y: place.y }]));
}

export type Side = "left" | "center" | "right" | "top" | "middle" | "bottom";

interface Laid {
  id: string;
  place: Point;
  /** Along the axis in question: where it begins, and how long it is. */
  start: number;
  length: number;
}

type Axis = "x" | "y";

function laid(ids: readonly string[], axis: Axis, { places, sizes }: Arrangement): Laid[] {
  return ids.flatMap((id) => {
    const place = places.get(id);
    const size = sizes.get(id) ?? cardSize(1);
    const length = axis === "x" ? size.width : size.height;
    return place ? [{ id, place, start: place[axis], length }] : [];
  });
}

function moved(chosen: readonly Laid[], axis: Axis, startOf: (each: Laid) => number): Operation[] {
  const places = chosen.map((each) => [each.id, { ...each.place, [axis]: Math.round(startOf(each)) }]);
  return [{ op: "move", places: Object.fromEntries(places) }];
}

/** Puts nodes of one block in line. */
export function align(ids: readonly string[], side: Side, arrangement: Arrangement): Operation[] {
  const axis = side === "left" || side === "center" || side === "right" ? "x" : "y";
  const chosen = laid(ids, axis, arrangement);
  if (chosen.length < 2) return [];
  const from = Math.min(...chosen.map((each) => each.start));
  const to = Math.max(...chosen.map((each) => each.start + each.length));
  if (side === "left" || side === "top") return moved(chosen, axis, () => from);
  if (side === "right" || side === "bottom") return moved(chosen, axis, ({ length }) => to - length);
  return moved(chosen, axis, ({ length }) => (from + to - length) / 2);
}

/** The same room between each two: the first and the last stay where they are. */
export function distribute(ids: readonly string[], axis: Axis, arrangement: Arrangement): Operation[] {
  const chosen = laid(ids, axis, arrangement).sort((a, b) => a.start - b.start);
  const [first, last] = [chosen[0], chosen.at(-1)];
  if (!first || !last || chosen.length < 3) return [];
  const lengths = chosen.reduce((sum, each) => sum + each.length, 0);
  const gap = (last.start + last.length - first.start - lengths) / (chosen.length - 1);
  const starts = new Map<string, number>();
  let at = first.start;
  for (const { id, length } of chosen) {
    starts.set(id, at);
    at += length + gap;
  }
  return moved(chosen, axis, ({ id, start }) => starts.get(id) ?? start);
}

/** The edges into which a node could be put for what is chosen: those between chosen nodes, or all of the only one. */
export function edgesToInsert(draft: Draft, ids: readonly string[]): FlowEdge[] {
  const chosen = new Set(withoutNotes(ids));
  const [first] = chosen;
  const edges = (first === undefined ? undefined : locate(draft.document, first)?.block.edges) ?? [];
  return edges.filter(({ from, to }) =>
    chosen.size > 1 ? chosen.has(from) && chosen.has(to) : chosen.has(from) || chosen.has(to),
  );
}

/** The port by which the next node follows: the first that leads nowhere yet, otherwise the first. */
export function nextPort(graph: Graph, id: string): string {
  const node = findNode(graph, id);
  const used = new Set(edgesFrom(graph, id).map((edge) => edge.port));
  return node?.ports.find((port) => !used.has(port)) ?? node?.ports[0] ?? "out";
}

function edgesFrom(graph: Graph, id: string): { port: string }[] {
  const own = graph.edges.filter((edge) => edge.from === id);
  if (own.length > 0) return own;
  return graph.nodes.flatMap((node) => node.blocks.flatMap((block) => edgesFrom(block.graph, id)));
}
