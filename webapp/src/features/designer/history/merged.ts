// Two versions in one drawing: the newer one, with what is gone from it, and how each node differs.
import type { WorkflowDiff } from "@/api/types";
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

/** How nodes and edges differ; a node that says the same and lies in another block has moved. */
export function marksOf(diff: WorkflowDiff): MarkSource {
  const marks = new Map<string, NodeMark>();
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
