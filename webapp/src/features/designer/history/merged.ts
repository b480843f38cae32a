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

/** A node that says the same and lies in another block has moved. */
export function changeOf({ fields, change }: WorkflowDiff["nodes"][number]): NonNullable<NodeMark["change"]> {
  const isMoved = fields.every((field) => field === "block") && fields.length > 0;
  return isMoved ? "moved" : change;
}

/** How nodes and edges differ, and which nodes that say the same stand elsewhere. */
export function marksOf(diff: WorkflowDiff, moved: readonly string[]): MarkSource {
  const marks = new Map<string, NodeMark>();
  for (const id of moved) marks.set(id, { problems: [], pinned: false, change: "moved" });
  for (const node of diff.nodes) marks.set(node.id, { problems: [], pinned: false, change: changeOf(node) });
  const edges = new Map(diff.edges.map((edge) => [`${edge.from}.${edge.port}->${edge.to}`, edge.change]));
  return {
    subscribe: () => () => undefined,
    markOf: (node) => marks.get(node),
    changeOfEdge: (edge) => edges.get(edge),
  };
}
