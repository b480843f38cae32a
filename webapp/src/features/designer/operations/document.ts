// The workflow document as the designer edits it, and how to reach and change a part of it without touching the rest.

import type { Layout } from "@/api/types";
import { t } from "@/lib/i18n";
import { isRecord, type JsonRecord, textOf } from "@/lib/json";

/** The fields of a node that hold a graph of their own, in the order of the document format. */
export const PARTS = ["body", "catch", "finally", "undo"] as const;
export type Part = (typeof PARTS)[number];

export interface FlowEdge {
  from: string;
  to: string;
  /** `out` unless said. */
  port?: string;
}

export interface FlowBlock extends JsonRecord {
  nodes: FlowNode[];
  edges?: FlowEdge[];
}

export interface FlowNode extends JsonRecord {
  id: string;
  kind: string;
  with?: JsonRecord;
  body?: FlowBlock;
  catch?: FlowBlock;
  finally?: FlowBlock;
  undo?: FlowBlock;
}

export interface FlowDocument extends FlowBlock {
  lathe: number;
  name: string;
}

/** What is edited: the document, and where its nodes stand; those in blocks from the corner of their block. */
export interface Draft {
  document: FlowDocument;
  layout: Layout;
}

/** A block, by the node that holds it; the document itself when there is none. */
export interface BlockAddress {
  node: string;
  part: Part;
}

export interface Located {
  node: FlowNode;
  index: number;
  block: FlowBlock;
  /** None for the nodes of the document itself. */
  in: BlockAddress | undefined;
}

export function locate(block: FlowBlock, id: string, address?: BlockAddress): Located | undefined {
  const index = block.nodes.findIndex((node) => node.id === id);
  const node = block.nodes[index];
  if (node) return { node, index, block, in: address };
  for (const holder of block.nodes) {
    for (const part of PARTS) {
      const inner = holder[part];
      const found = inner && locate(inner, id, { node: holder.id, part });
      if (found) return found;
    }
  }
  return undefined;
}

export function blockAt(document: FlowDocument, address: BlockAddress | undefined): FlowBlock | undefined {
  return address ? locate(document, address.node)?.node[address.part] : document;
}

/** Every node with those in its blocks, outermost first. */
export function* nodesOf(block: FlowBlock): Generator<FlowNode> {
  for (const node of block.nodes) {
    yield node;
    yield* nodesWithin(node);
  }
}

export function* nodesWithin(node: FlowNode): Generator<FlowNode> {
  for (const part of PARTS) {
    const block = node[part];
    if (block) yield* nodesOf(block);
  }
}

/** Changes one node wherever it lies; all that it does not lie in stays the same object. */
export function withNode<B extends FlowBlock>(block: B, id: string, change: (node: FlowNode) => FlowNode): B {
  let found = false;
  const nodes = block.nodes.map((node) => {
    if (found) return node;
    if (node.id === id) {
      found = true;
      return change(node);
    }
    for (const part of PARTS) {
      const inner = node[part];
      if (!inner) continue;
      const changed = withNode(inner, id, change);
      if (changed === inner) continue;
      found = true;
      return { ...node, [part]: changed };
    }
    return node;
  });
  return found ? { ...block, nodes } : block;
}

export function withBlock(
  document: FlowDocument,
  address: BlockAddress | undefined,
  change: <B extends FlowBlock>(block: B) => B,
): FlowDocument {
  if (!address) return change(document);
  return withNode(document, address.node, (node) => {
    const block = node[address.part];
    return block ? { ...node, [address.part]: change(block) } : node;
  });
}

export function withEdges<B extends FlowBlock>(block: B, edges: FlowEdge[]): B {
  if (edges.length > 0) return { ...block, edges };
  const { edges: _, ...rest } = block;
  return rest as B;
}

export function portOf(edge: FlowEdge): string {
  return edge.port ?? "out";
}

export function sameEdge(a: FlowEdge, b: FlowEdge): boolean {
  return a.from === b.from && a.to === b.to && portOf(a) === portOf(b);
}

/** Reads a document as people write it (chains, `a.port -> b`) into the form that is edited; says what can't be. */
export function readDocument(written: unknown): FlowDocument | string {
  if (!isRecord(written)) return t("A document is an object: it begins with `lathe: 1`.");
  const seen = new Set<string>();
  const block = readBlock(written, seen);
  if (typeof block === "string") return block;
  const name = textOf(written.name) ?? "";
  return { ...block, lathe: typeof written.lathe === "number" ? written.lathe : 1, name };
}

function readBlock(written: unknown, seen: Set<string>): FlowBlock | string {
  if (!isRecord(written)) return t("A block is an object with `nodes`.");
  const nodes: FlowNode[] = [];
  for (const item of Array.isArray(written.nodes) ? written.nodes : []) {
    if (!isRecord(item)) return t("A node is an object with `id` and `kind`.");
    const id = textOf(item.id);
    const kind = textOf(item.kind);
    if (!id) return t("Every node needs an `id`.");
    if (!kind) return t("The node `{{id}}` needs a `kind`.", { id });
    if (seen.has(id)) return t("There are two nodes with the id `{{id}}`.", { id });
    seen.add(id);
    const node: FlowNode = { ...withoutNulls(item), id, kind } as FlowNode;
    for (const part of PARTS) {
      if (node[part] === undefined) continue;
      const inner = readBlock(node[part], seen);
      if (typeof inner === "string") return inner;
      node[part] = inner;
    }
    nodes.push(node);
  }
  const edges = readEdges(written.edges);
  if (typeof edges === "string") return edges;
  const known = new Set(nodes.map((node) => node.id));
  const loose = edges.find((edge) => !known.has(edge.from) || !known.has(edge.to));
  if (loose) return t("The edge `{{from}} -> {{to}}` leads to a node that is not there.", { ...loose });
  return withEdges({ ...withoutNulls(written), nodes }, edges);
}

function readEdges(written: unknown): FlowEdge[] | string {
  const edges: FlowEdge[] = [];
  const add = (from: string, port: string, to: string) => {
    const edge: FlowEdge = port === "out" ? { from, to } : { from, to, port };
    if (!edges.some((known) => sameEdge(known, edge))) edges.push(edge);
  };
  for (const edge of Array.isArray(written) ? written : []) {
    if (typeof edge === "string") {
      const stops = edge.split("->").map((stop) => stop.trim());
      for (let i = 0; i + 1 < stops.length; i++) {
        const [from = "", port = "out"] = (stops[i] ?? "").split(".");
        const [to = ""] = (stops[i + 1] ?? "").split(".");
        add(from, port, to);
      }
    } else if (isRecord(edge) && textOf(edge.from) && textOf(edge.to)) {
      add(String(edge.from), textOf(edge.port) ?? "out", String(edge.to));
    } else {
      return t("An edge is written `a -> b`, or as an object with `from` and `to`.");
    }
  }
  return edges;
}

function withoutNulls(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}
