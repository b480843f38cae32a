// What a change of a version did to the values: each place with what stood there and what stands there now. Pure.
import { type JsonChange, jsonChanges } from "@/lib/json-diff";
import { type FlowDocument, type FlowNode, locate, PARTS } from "../operations/document";

export interface ValueChanges {
  /** None for the workflow itself. */
  node: string | undefined;
  changes: JsonChange[];
}

/** The workflow's own fields first, then the nodes in the order of the newer version, and what is gone at the end. */
export function valueChanges(
  older: FlowDocument,
  newer: FlowDocument,
  nodes: readonly string[],
): ValueChanges[] {
  const own = { node: undefined, changes: jsonChanges(fieldsOf(older), fieldsOf(newer)) };
  const ofNodes = nodes.map((node) => {
    const [before, after] = [locate(older, node)?.node, locate(newer, node)?.node];
    return { node, changes: before && after ? jsonChanges(ownOf(before), ownOf(after)) : [] };
  });
  return [own, ...ofNodes].filter(({ changes }) => changes.length > 0);
}

export function fieldsOf({ nodes: _, edges: __, ...fields }: FlowDocument) {
  return fields;
}

/** Without the nodes in its blocks: each of them tells of itself. What a block says of itself stays. */
export function ownOf(node: FlowNode): FlowNode {
  const own = { ...node };
  for (const part of PARTS) {
    const block = node[part];
    if (!block) continue;
    const { nodes: _, edges: __, ...said } = block;
    own[part] = said as typeof block;
  }
  return own;
}
