// Two versions in one drawing: the newer one, with what is gone from it, and how each node differs.
import type { Layout, WorkflowDiff } from "@/api/types";
import type { MarkSource, NodeMark } from "@/components/canvas/marks";
import { blockAt, type FlowDocument, locate, withBlock, withEdges } from "../operations/document";

export function mergeVersions(older: FlowDocument, newer: FlowDocument, diff: WorkflowDiff): FlowDocument {
  let merged = newer;
  for (const { id, change } of diff.nodes) {
    if (change !== "removed" || locate(merged, id)) continue;
    const found = locate(older, id);
    if (!found || (found.in && !blockAt(merged, found.in))) continue;
    merged = withBlock(merged, found.in, (block) => ({ ...block, nodes: [...block.nodes, found.node] }));
  }
  for (const { from, to, port, change } of diff.edges) {
    if (change !== "removed") continue;
    const [start, end] = [locate(merged, from), locate(merged, to)];
    if (!start || !end || start.block !== end.block) continue;
    const edge = port === "out" ? { from, to } : { from, to, port };
    merged = withBlock(merged, start.in, (block) => withEdges(block, [...(block.edges ?? []), edge]));
  }
  return merged;
}

/** How nodes and edges differ; a node that says the same and stands elsewhere has moved. */
export function marksOf(diff: WorkflowDiff, moved: Iterable<string> = []): MarkSource {
  const marks = new Map<string, NodeMark>();
  for (const id of moved) marks.set(id, { problems: [], pinned: false, change: "moved" });
  for (const { id, fields, change } of diff.nodes) {
    const isMoved = fields.every((field) => field === "block") && fields.length > 0;
    marks.set(id, { problems: [], pinned: false, change: isMoved ? "moved" : change });
  }
  const edges = new Map(diff.edges.map((edge) => [`${edge.from}.${edge.port}->${edge.to}`, edge.change]));
  return {
    subscribe: () => () => undefined,
    markOf: (node) => marks.get(node),
    changeOfEdge: (edge) => edges.get(edge),
  };
}

/** Nodes of both versions whose saved places differ. */
export function movedBetween(older: Layout | null | undefined, newer: Layout | null | undefined): string[] {
  return Object.entries(newer ?? {}).flatMap(([id, place]) => {
    const before = older?.[id];
    return before && (before.x !== place.x || before.y !== place.y) ? [id] : [];
  });
}
