// Turns a graph into what React Flow draws: places from the server where they are complete, otherwise our own.
import type { Layout } from "@/api/types";
import { type Direction, NODE_WIDTH, nodeHeight, type Point } from "./geometry";
import type { Graph } from "./graph";
import { type Placement, placeGraph } from "./layout";
import type { CardNode } from "./node-card";
import type { ProgressEdgeData } from "./progress-edge";
import { extentOf, type Frame, fitZoom } from "./view";

export interface Drawn {
  nodes: CardNode[];
  edges: ProgressEdgeData[];
  direction: Direction;
}

/** Below this zoom labels are hard to read, and the other direction is tried. */
const READABLE = 0.75;

export function drawGraph(graph: Graph, layout: Layout | null | undefined, frame: Frame): Drawn {
  const { placement, direction } = choosePlacement(graph, layout, frame);
  const targets = new Set(graph.edges.map((edge) => edge.to));
  return {
    direction,
    nodes: graph.nodes.map((node) => ({
      id: node.id,
      type: "card",
      position: placement.nodes.get(node.id) ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: nodeHeight(node.ports.length),
      ariaLabel: `${node.label}, ${node.kind}`,
      data: { node, direction, hasTarget: targets.has(node.id) },
    })),
    edges: graph.edges.map((edge) => ({
      id: edge.id,
      type: "progress",
      source: edge.from,
      sourceHandle: edge.port,
      target: edge.to,
      data: { bends: placement.bends.get(edge.id) ?? [], direction, port: edge.port },
    })),
  };
}

/** To the right as long as that can be read, otherwise downwards when that shows more. */
function choosePlacement(graph: Graph, layout: Layout | null | undefined, frame: Frame) {
  const saved = savedPlaces(graph, layout);
  if (saved) return { placement: saved, direction: "right" as const };
  const right = placeGraph(graph, "right");
  const zoom = fitZoom(extentOf(graph, right.nodes), frame);
  if (zoom >= READABLE) return { placement: right, direction: "right" as const };
  const down = placeGraph(graph, "down");
  const isBetter = fitZoom(extentOf(graph, down.nodes), frame) > zoom * 1.1;
  return isBetter
    ? { placement: down, direction: "down" as const }
    : { placement: right, direction: "right" as const };
}

/** A saved layout counts only when it has a place for every node; half of one would overlap the rest. */
function savedPlaces(graph: Graph, layout: Layout | null | undefined): Placement | undefined {
  if (!layout || graph.nodes.length === 0) return undefined;
  const nodes = new Map<string, Point>();
  for (const { id } of graph.nodes) {
    const place = layout[id];
    if (!place) return undefined;
    nodes.set(id, { x: place.x, y: place.y });
  }
  return { nodes, bends: new Map() };
}
