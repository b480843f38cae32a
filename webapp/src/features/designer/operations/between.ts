// The operations that turn one draft into another: what was typed as text becomes edits like any others.

import { sameJson } from "@/lib/same-json";
import { applyAll } from "./apply";
import {
  type BlockAddress,
  type Draft,
  type FlowBlock,
  type FlowNode,
  locate,
  nodesOf,
  PARTS,
  sameEdge,
} from "./document";
import { placesOf } from "./nodes";
import type { Operation } from "./operation";

/** Where single operations do not lead there, one that replaces everything does. */
export function operationsBetween(before: Draft, after: Draft): Operation[] {
  if (sameJson(before, after)) return [];
  const operations = [...betweenBlocks(before, after, undefined), ...betweenLayouts(before, after)];
  try {
    if (sameJson(applyAll(before, operations).draft, after)) return operations;
  } catch {
    // An order of steps in which one is refused is no way to go.
  }
  return [{ op: "replace", draft: after }];
}

function betweenBlocks(before: Draft, after: Draft, address: BlockAddress | undefined): Operation[] {
  const old = blockOf(before, address);
  const next = blockOf(after, address);
  if (!old || !next) return [];
  const kept = new Set(next.nodes.map((node) => node.id));
  const had = new Map(old.nodes.map((node) => [node.id, node]));
  const operations: Operation[] = [];
  for (const edge of old.edges ?? []) {
    const stays = kept.has(edge.from) && kept.has(edge.to);
    if (stays && !(next.edges ?? []).some((each) => sameEdge(each, edge)))
      operations.push({ op: "disconnect", ...edge });
  }
  for (const node of old.nodes) if (!kept.has(node.id)) operations.push({ op: "remove_node", id: node.id });
  operations.push(...betweenFields(old, next, address));
  for (const [at, node] of next.nodes.entries()) {
    const known = had.get(node.id);
    if (known) operations.push(...betweenNodes(before, after, known, node));
    else operations.push(addition(after, node, address, at));
  }
  const leaving = new Set(old.nodes.map((node) => node.id).filter((id) => !kept.has(id)));
  const left = (old.edges ?? []).filter((edge) => !leaving.has(edge.from) && !leaving.has(edge.to));
  for (const [at, edge] of (next.edges ?? []).entries())
    if (!left.some((each) => sameEdge(each, edge))) operations.push({ op: "connect", ...edge, at });
  return operations;
}

function addition(after: Draft, node: FlowNode, address: BlockAddress | undefined, at: number): Operation {
  const found = locate(after.document, node.id);
  const held = found ? [found.node, ...nodesOf({ nodes: [found.node] })] : [node];
  return { op: "add_node", node, ...(address && { in: address }), at, places: placesOf(after.layout, held) };
}

function betweenFields(old: FlowBlock, next: FlowBlock, address: BlockAddress | undefined): Operation[] {
  const target = address ? { node: address.node } : {};
  const stem = address ? [address.part] : [];
  const keys = new Set([...Object.keys(old), ...Object.keys(next)]);
  return [...keys].flatMap((key) => {
    if (key === "nodes" || key === "edges" || sameJson(old[key], next[key])) return [];
    return [{ op: "set" as const, ...target, path: [...stem, key], ...fieldOf(next[key]) }];
  });
}

function betweenNodes(before: Draft, after: Draft, old: FlowNode, next: FlowNode): Operation[] {
  if (sameJson(old, next)) return [];
  const operations: Operation[] = [];
  const keys = new Set([...Object.keys(old), ...Object.keys(next)]);
  for (const key of keys) {
    const part = PARTS.find((each) => each === key);
    if (sameJson(old[key], next[key])) continue;
    if (!part) operations.push({ op: "set", node: next.id, path: [key], ...fieldOf(next[key]) });
    else if (old[part] && next[part])
      operations.push(...betweenBlocks(before, after, { node: next.id, part }));
    else {
      const block = next[part];
      const places = block && placesOf(after.layout, [...nodesOf(block)]);
      operations.push({
        op: "set_block",
        node: next.id,
        part,
        ...(block && { block }),
        ...(places && { places }),
      });
    }
  }
  return operations;
}

function betweenLayouts(before: Draft, after: Draft): Operation[] {
  const places: Extract<Operation, { op: "move" }>["places"] = {};
  for (const { id } of nodesOf(after.document)) {
    const place = after.layout[id];
    if (place && !sameJson(before.layout[id], place)) places[id] = place;
  }
  return Object.keys(places).length > 0 ? [{ op: "move", places }] : [];
}

function blockOf(draft: Draft, address: BlockAddress | undefined): FlowBlock | undefined {
  return address ? locate(draft.document, address.node)?.node[address.part] : draft.document;
}

function fieldOf(value: unknown): { value?: unknown } {
  return value === undefined ? {} : { value };
}
