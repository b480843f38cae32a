// Connecting and disconnecting: edges join nodes of one block, once each, and never in a circle.
import { t } from "@/lib/i18n";
import { type Draft, type FlowEdge, locate, portOf, sameEdge, withBlock, withEdges } from "./document";
import { unknownNode } from "./nodes";
import { type Applied, edgeOf, type Operation, Refusal } from "./operation";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export function applyConnect(draft: Draft, operation: Of<"connect">): Applied {
  const edge = edgeOf(operation);
  const fault = connectFault(draft, edge);
  if (fault) throw fault;
  const found = locate(draft.document, edge.from);
  const edges = [...(found?.block.edges ?? [])];
  edges.splice(operation.at ?? edges.length, 0, edge);
  const document = withBlock(draft.document, found?.in, (block) => withEdges(block, edges));
  return { draft: { ...draft, document }, inverse: [{ op: "disconnect", ...edge }] };
}

/** Why an edge may not be added; the canvas asks before it offers to. */
export function connectFault(draft: Draft, edge: FlowEdge): Refusal | undefined {
  const from = locate(draft.document, edge.from);
  const to = locate(draft.document, edge.to);
  if (!from) return unknownNode(edge.from);
  if (!to) return unknownNode(edge.to);
  if (edge.from === edge.to)
    return new Refusal(
      "self_edge",
      t("`{{node}}` can't follow itself; a loop is a node of its own.", { node: edge.from }),
    );
  if (from.block !== to.block)
    return new Refusal(
      "other_block",
      t("`{{node}}` lies in another block: edges join nodes of one block.", { node: edge.to }),
    );
  const edges = from.block.edges ?? [];
  if (edges.some((known) => sameEdge(known, edge)))
    return new Refusal(
      "edge_exists",
      t("`{{from}}.{{port}}` leads to `{{to}}` already.", { ...edge, port: portOf(edge) }),
    );
  if (leadsTo(edges, edge.to, edge.from))
    return new Refusal(
      "cycle",
      t("`{{to}}` comes before `{{from}}`: they would wait for each other. For a loop, take a block.", {
        ...edge,
      }),
    );
  return undefined;
}

export function applyDisconnect(draft: Draft, operation: Of<"disconnect">): Applied {
  const edge = edgeOf(operation);
  const found = locate(draft.document, edge.from);
  if (!found) throw unknownNode(edge.from);
  const edges = found.block.edges ?? [];
  const at = edges.findIndex((known) => sameEdge(known, edge));
  if (at < 0)
    throw new Refusal(
      "unknown_edge",
      t("There is no edge `{{from}}.{{port}} -> {{to}}`.", { ...edge, port: portOf(edge) }),
    );
  const document = withBlock(draft.document, found.in, (block) => withEdges(block, edges.toSpliced(at, 1)));
  return { draft: { ...draft, document }, inverse: [{ op: "connect", ...edge, at }] };
}

/** Whether one comes to a node by following the edges from another. */
export function leadsTo(edges: readonly FlowEdge[], from: string, to: string): boolean {
  const next = new Map<string, string[]>();
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const open = [from];
  const seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    for (const follower of next.get(id) ?? []) {
      if (seen.has(follower)) continue;
      seen.add(follower);
      open.push(follower);
    }
  }
  return false;
}
