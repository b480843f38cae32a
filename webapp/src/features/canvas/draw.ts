// Turns a graph with its places into what React Flow draws.
import type { Layout } from "@/api/types";
import type { Direction } from "./geometry";
import { NODE_WIDTH, nodeHeight } from "./geometry";
import type { Graph } from "./graph";
import { placeGraph } from "./layout";
import type { CardNode } from "./node-card";
import type { ProgressEdgeData } from "./progress-edge";

export interface Drawn {
  nodes: CardNode[];
  edges: ProgressEdgeData[];
}

export function drawGraph(graph: Graph, layout: Layout | null | undefined, wanted: Direction): Drawn {
  const saved = savedPlaces(graph, layout);
  // Saved places were made for a graph that runs to the right.
  const direction = saved ? "right" : wanted;
  const placed = saved ?? placeGraph(graph, direction);
  const targets = new Set(graph.edges.map((edge) => edge.to));
  return {
    nodes: graph.nodes.map((node) => ({
      id: node.id,
      type: "card",
      position: placed.nodes.get(node.id) ?? { x: 0, y: 0 },
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
      data: { bends: placed.bends.get(edge.id) ?? [], direction, port: edge.port },
    })),
  };
}

/** A saved layout counts only when it has a place for every node; half of one would overlap the rest. */
function savedPlaces(graph: Graph, layout: Layout | null | undefined) {
  if (!layout || graph.nodes.length === 0) return undefined;
  const nodes = new Map<string, { x: number; y: number }>();
  for (const { id } of graph.nodes) {
    const place = layout[id];
    if (!place) return undefined;
    nodes.set(id, { x: place.x, y: place.y });
  }
  return { nodes, bends: new Map<string, { x: number; y: number }[]>() };
}
