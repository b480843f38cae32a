// Adding and removing nodes.

import type { Layout } from "@/api/types";
import { t } from "@/lib/i18n";
import {
  type BlockAddress,
  blockAt,
  type Draft,
  type FlowNode,
  locate,
  nodesOf,
  nodesWithin,
  withBlock,
  withEdges,
} from "./document";
import { type Applied, type Operation, Refusal } from "./operation";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

const NODE_ID = /^[a-z][a-z0-9_]{0,47}$/;

export function applyAdd(draft: Draft, { node, in: address, at, places }: Of<"add_node">): Applied {
  const block = blockAt(draft.document, address);
  if (!block) throw noBlock(address);
  const incoming = [node, ...nodesWithin(node)];
  const taken = new Set([...nodesOf(draft.document)].map((each) => each.id));
  for (const { id } of incoming) {
    checkId(id);
    if (taken.has(id)) throw idTaken(id);
    taken.add(id);
  }
  const nodes = [...block.nodes];
  nodes.splice(at ?? nodes.length, 0, node);
  return {
    draft: {
      document: withBlock(draft.document, address, (each) => ({ ...each, nodes })),
      layout: { ...draft.layout, ...placesOf(places ?? {}, incoming) },
    },
    inverse: [{ op: "remove_node", id: node.id }],
  };
}

export function applyRemove(draft: Draft, { id }: Of<"remove_node">): Applied {
  const found = locate(draft.document, id);
  if (!found) throw unknownNode(id);
  const gone = [found.node, ...nodesWithin(found.node)];
  const edges = found.block.edges ?? [];
  const touched = edges.flatMap((edge, at) => (edge.from === id || edge.to === id ? [{ edge, at }] : []));
  const document = withBlock(draft.document, found.in, (block) =>
    withEdges(
      { ...block, nodes: block.nodes.filter((node) => node.id !== id) },
      edges.filter((edge) => edge.from !== id && edge.to !== id),
    ),
  );
  return {
    draft: { document, layout: without(draft.layout, gone) },
    inverse: [
      {
        op: "add_node",
        node: found.node,
        ...(found.in && { in: found.in }),
        at: found.index,
        places: placesOf(draft.layout, gone),
      },
      ...touched.map(({ edge, at }) => ({ op: "connect" as const, ...edge, at })),
    ],
  };
}

export function checkId(id: string): void {
  if (NODE_ID.test(id)) return;
  throw new Refusal(
    "bad_id",
    t("`{{id}}` can't be an id: write small letters, digits and _, beginning with a letter, 48 at most.", {
      id,
    }),
  );
}

export function idTaken(id: string): Refusal {
  return new Refusal("id_taken", t("There already is a node `{{id}}`.", { id }));
}

export function unknownNode(id: string): Refusal {
  return new Refusal("unknown_node", t("There is no node `{{id}}`.", { id }));
}

export function noBlock(address: BlockAddress | undefined): Refusal {
  return new Refusal("unknown_block", t("`{{node}}` has no block `{{part}}`.", { ...address }));
}

export function placesOf(layout: Layout, nodes: readonly FlowNode[]): Layout {
  const places: Layout = {};
  for (const { id } of nodes) if (layout[id]) places[id] = layout[id];
  return places;
}

export function without(layout: Layout, nodes: readonly FlowNode[]): Layout {
  const ids = new Set(nodes.map((node) => node.id));
  return Object.fromEntries(Object.entries(layout).filter(([id]) => !ids.has(id)));
}
