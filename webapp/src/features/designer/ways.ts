// Along the edges of a node by keys, and where the keyboard goes when what it was at is gone.
import { type FlowDocument, type FlowEdge, locate, sameEdge } from "./operations/document";

/** Those that leave it, then those that lead to it. */
export function edgesAt(document: FlowDocument, node: string): FlowEdge[] {
  const edges = locate(document, node)?.block.edges ?? [];
  return [...edges.filter(({ from }) => from === node), ...edges.filter(({ to }) => to === node)];
}

/** The one after this one, and after the last the first. */
export function nextEdge(
  document: FlowDocument,
  node: string,
  edge: FlowEdge | null,
  step: 1 | -1 = 1,
): FlowEdge | undefined {
  const edges = edgesAt(document, node);
  const at = edge ? edges.findIndex((each) => sameEdge(each, edge)) : -1;
  if (at < 0) return edges.at(step > 0 ? 0 : -1);
  return edges[(at + step + edges.length) % edges.length];
}

/** What stays nearest to nodes that go: what leads there, what follows, what lies beside, or what holds them. */
export function neighbourOf(document: FlowDocument, gone: readonly string[]): string | undefined {
  const going = new Set(gone);
  const [first] = gone;
  const found = first === undefined ? undefined : locate(document, first);
  if (!found) return undefined;
  const edges = found.block.edges ?? [];
  const near = [
    ...edges.filter(({ to }) => going.has(to)).map(({ from }) => from),
    ...edges.filter(({ from }) => going.has(from)).map(({ to }) => to),
    ...found.block.nodes.map(({ id }) => id),
  ].find((id) => !going.has(id));
  if (near !== undefined || !found.in) return near;
  return going.has(found.in.node) ? neighbourOf(document, [found.in.node, ...gone]) : found.in.node;
}
