// Blocks: taking nodes into one or out of it, and giving a node a block or taking it away.
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import {
  type BlockAddress,
  blockAt,
  type Draft,
  type FlowBlock,
  locate,
  nodesOf,
  nodesWithin,
  withBlock,
  withEdges,
  withNode,
} from "./document";
import { leadsTo } from "./edges";
import { checkId, idTaken, noBlock, placesOf, unknownNode, without } from "./nodes";
import { type Applied, type Operation, Refusal } from "./operation";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export function applyMoveInto(draft: Draft, { id, in: address, at }: Of<"move_into">): Applied {
  const found = locate(draft.document, id);
  if (!found) throw unknownNode(id);
  if (!blockAt(draft.document, address)) throw noBlock(address);
  const held = [found.node, ...nodesWithin(found.node)];
  if (address && held.some((node) => node.id === address.node))
    throw new Refusal("within_itself", t("`{{node}}` can't be put into itself.", { node: id }));
  const edges = found.block.edges ?? [];
  const touched = edges.flatMap((edge, place) =>
    edge.from === id || edge.to === id ? [{ op: "connect" as const, ...edge, at: place }] : [],
  );
  const taken = withBlock(draft.document, found.in, (block) =>
    withEdges(
      { ...block, nodes: block.nodes.filter((node) => node.id !== id) },
      edges.filter((edge) => edge.from !== id && edge.to !== id),
    ),
  );
  const document = withBlock(taken, address, (block) => {
    const nodes = [...block.nodes];
    nodes.splice(at ?? nodes.length, 0, found.node);
    return { ...block, nodes };
  });
  const back: Operation = { op: "move_into", id, ...(found.in && { in: found.in }), at: found.index };
  return { draft: { ...draft, document }, inverse: [back, ...touched] };
}

export function applyBlock(draft: Draft, operation: Of<"set_block">): Applied {
  const { node: id, part, block, places } = operation;
  const found = locate(draft.document, id);
  if (!found) throw unknownNode(id);
  const old = found.node[part];
  const gone = old ? [...nodesOf(old)] : [];
  if (block) checkBlock(draft, block, new Set(gone.map((node) => node.id)));
  const document = withNode(draft.document, id, (node) => {
    if (block) return { ...node, [part]: block };
    const { [part]: _, ...rest } = node;
    return rest as typeof node;
  });
  const layout = {
    ...without(draft.layout, gone),
    ...(block && placesOf(places ?? {}, [...nodesOf(block)])),
  };
  const back: Operation = {
    op: "set_block",
    node: id,
    part,
    ...(old && { block: old, places: placesOf(draft.layout, gone) }),
  };
  return { draft: { document, layout }, inverse: [back] };
}

/** A block that is put in whole is held to what single operations are. */
function checkBlock(draft: Draft, block: FlowBlock, leaving: ReadonlySet<string>): void {
  const taken = new Set([...nodesOf(draft.document)].map((node) => node.id).filter((id) => !leaving.has(id)));
  for (const { id } of nodesOf(block)) {
    checkId(id);
    if (taken.has(id)) throw idTaken(id);
    taken.add(id);
  }
  const blocks = [block, ...[...nodesOf(block)].flatMap((node) => blocksIn(node))];
  for (const each of blocks) {
    const known = new Set(each.nodes.map((node) => node.id));
    const edges = each.edges ?? [];
    for (const [index, edge] of edges.entries()) {
      if (!known.has(edge.from)) throw unknownNode(edge.from);
      if (!known.has(edge.to)) throw unknownNode(edge.to);
      const others = edges.toSpliced(index, 1);
      if (edge.from === edge.to || leadsTo(others, edge.to, edge.from))
        throw new Refusal("cycle", t("`{{from}}` and `{{to}}` would wait for each other.", { ...edge }));
    }
  }
}

function blocksIn(node: Record<string, unknown>): FlowBlock[] {
  return Object.values(node).filter(
    (value): value is FlowBlock => isRecord(value) && Array.isArray(value.nodes),
  );
}

export function sameBlock(a: BlockAddress | undefined, b: BlockAddress | undefined): boolean {
  return a?.node === b?.node && a?.part === b?.part;
}
