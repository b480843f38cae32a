// Turns a graph into what React Flow draws: places from the server where they are complete, otherwise our own.

import { type NodeHandle, Position } from "@xyflow/react";
import type { Layout } from "@/api/types";
import { t } from "@/lib/i18n";
import { type Arrangement, arrange } from "./arrange";
import type { CanvasEdge } from "./edge-ends";
import { type Direction, type Point, portPoint, type Size } from "./geometry";
import { DEFAULT_PORT, type Graph, type GraphNode } from "./graph";
import type { CardNode } from "./node-card";
import { extentOf, type Frame, fitZoom } from "./view";

export interface Drawn {
  nodes: CardNode[];
  edges: CanvasEdge[];
  direction: Direction;
  arrangement: Arrangement;
}

/** Below this zoom labels are hard to read, and the other direction is tried. */
const READABLE = 0.75;

export function drawGraph(graph: Graph, layout: Layout | null | undefined, frame: Frame): Drawn {
  const { arrangement, direction } = chooseArrangement(graph, layout, frame);
  return { ...drawArranged(graph, arrangement, direction), direction, arrangement };
}

/** What a node was drawn as before: as long as nothing about it changes, React has nothing to do. */
export type Drawer = (
  graph: Graph,
  arrangement: Arrangement,
  direction: Direction,
) => Pick<Drawn, "nodes" | "edges">;

export const drawArranged: Drawer = (graph, arrangement, direction) => {
  const drawn: Pick<Drawn, "nodes" | "edges"> = { nodes: [], edges: [] };
  drawLevel(graph, arrangement, direction, undefined, drawn);
  return drawn;
};

interface Holder {
  id: string;
  part: string;
  /** Where the block's corner is, from the corner of its node and from that of the canvas. */
  inner: Point;
  origin: Point;
}

function drawLevel(
  graph: Graph,
  arrangement: Arrangement,
  direction: Direction,
  holder: Holder | undefined,
  into: Pick<Drawn, "nodes" | "edges">,
): void {
  const targets = new Set(graph.edges.map((edge) => edge.to));
  const inner = holder?.inner ?? { x: 0, y: 0 };
  const origin = holder?.origin ?? { x: 0, y: 0 };
  for (const node of graph.nodes) {
    const place = arrangement.places.get(node.id) ?? { x: 0, y: 0 };
    const size = arrangement.sizes.get(node.id) ?? { width: 0, height: 0 };
    const bands = arrangement.bands.get(node.id) ?? [];
    into.nodes.push({
      id: node.id,
      type: "card",
      position: { x: inner.x + place.x, y: inner.y + place.y },
      ...(holder && { parentId: holder.id }),
      width: size.width,
      height: size.height,
      // What is known need not be measured: React Flow would draw every node once, in view or not, to find it out.
      measured: size,
      handles: handlesOf(node, direction, size),
      ariaLabel: `${node.label}, ${node.kind}`,
      domAttributes: { "aria-roledescription": t("node") },
      data: { node, direction, hasTarget: targets.has(node.id), size, bands, part: holder?.part },
    });
    for (const [index, band] of bands.entries()) {
      const block = node.blocks[index];
      if (!block) continue;
      const corner = { x: origin.x + place.x + band.inner.x, y: origin.y + place.y + band.inner.y };
      const within = { id: node.id, part: band.part, inner: band.inner, origin: corner };
      drawLevel(block.graph, arrangement, direction, within, into);
    }
  }
  for (const edge of graph.edges) {
    const bends = (arrangement.bends.get(edge.id) ?? []).map(({ x, y }) => ({
      x: x + origin.x,
      y: y + origin.y,
    }));
    into.edges.push({
      id: edge.id,
      source: edge.from,
      port: edge.port,
      target: edge.to,
      label: t("Edge from {{from}} to {{to}}", {
        from: edge.port === DEFAULT_PORT ? edge.from : `${edge.from}.${edge.port}`,
        to: edge.to,
      }),
      bends,
      direction,
    });
  }
}

const PORT = 9;
const TARGET = { thin: 5, long: 15 };

/** Where edges begin and end, as canvas.css draws their handles. */
function handlesOf(node: GraphNode, direction: Direction, size: Size): NodeHandle[] {
  const isRight = direction === "right";
  const sources = node.ports.map((port, index): NodeHandle => {
    const at = portPoint(index, node.ports.length, direction, size);
    const [x, y] = [at.x - PORT / 2, at.y - PORT / 2];
    const position = isRight ? Position.Right : Position.Bottom;
    return { id: port, type: "source", position, x, y, width: PORT, height: PORT };
  });
  const [width, height] = isRight ? [TARGET.thin, TARGET.long] : [TARGET.long, TARGET.thin];
  const target: NodeHandle = {
    type: "target",
    position: isRight ? Position.Left : Position.Top,
    x: isRight ? -width / 2 : (size.width - width) / 2,
    y: isRight ? (size.height - height) / 2 : -height / 2,
    width,
    height,
  };
  return [target, ...sources];
}

/** To the right as long as that can be read, otherwise downwards when that shows more. */
function chooseArrangement(graph: Graph, layout: Layout | null | undefined, frame: Frame) {
  if (layout && graph.nodes.some((node) => layout[node.id]))
    return { arrangement: arrange(graph, "right", layout), direction: "right" as const };
  const right = arrange(graph, "right");
  const zoom = fitZoom(extentOf(graph, right.places, right.sizes), frame);
  if (zoom >= READABLE) return { arrangement: right, direction: "right" as const };
  const down = arrange(graph, "down");
  const isBetter = fitZoom(extentOf(graph, down.places, down.sizes), frame) > zoom * 1.1;
  return isBetter
    ? { arrangement: down, direction: "down" as const }
    : { arrangement: right, direction: "right" as const };
}
