// What an expression of a node may read: inputs, variables, the nodes before it, and what the blocks around it give.
import type { NodeKind } from "@/api/types";
import { kindTitle } from "@/components/canvas/kind-texts";
import { isRecord, type JsonRecord, textOf } from "@/lib/json";
import {
  type BlockAddress,
  type FlowBlock,
  type FlowDocument,
  type FlowEdge,
  locate,
} from "../operations/document";
import type { SampleData } from "./sample";

/** A place in the data: what is written about it, and what was there. */
export interface Spot {
  schema?: JsonRecord;
  /** For references in the schema. */
  root?: JsonRecord;
  value?: unknown;
  hint?: string;
}

export type Scope = Record<string, Spot | Record<string, Spot>>;

const RUN: JsonRecord = {
  type: "object",
  properties: {
    id: { type: "string" },
    workflow: { type: "string" },
    started_at: { type: "string" },
  },
};

export function scopeOf(
  document: FlowDocument,
  node: string | undefined,
  kinds: ReadonlyMap<string, NodeKind>,
  sample: SampleData,
): Scope {
  const scope: Scope = {
    inputs: inputsOf(document, sample),
    vars: Object.fromEntries(Object.entries(sample.vars).map(([name, value]) => [name, { value }])),
    run: { schema: RUN },
  };
  const found = node === undefined ? undefined : locate(document, node);
  const nodes: Record<string, Spot> = {};
  const see = (id: string) => {
    const kind = kinds.get(locate(document, id)?.node.kind ?? "");
    const schema: JsonRecord | undefined = isRecord(kind?.output_schema) ? kind.output_schema : undefined;
    nodes[id] = {
      schema: { type: "object", properties: { output: schema ?? {} } },
      ...(schema && { root: schema }),
      ...(sample.nodes[id] && { value: sample.nodes[id] }),
      hint: kind && kindTitle(kind),
    };
  };
  if (node === undefined) for (const each of document.nodes) see(each.id);
  let block: FlowBlock | undefined = found?.block;
  let inner = node;
  let address: BlockAddress | undefined = found?.in;
  while (block && inner !== undefined) {
    for (const id of ancestorsOf(block.edges ?? [], inner)) see(id);
    if (!address) break;
    Object.assign(scope, localsOf(document, address, sample));
    const holder = locate(document, address.node);
    // What undoes a node sees that node alone.
    if (address.part === "undo") break;
    block = holder?.block;
    inner = address.node;
    address = holder?.in;
  }
  scope.nodes = nodes;
  return scope;
}

/** All nodes from which edges lead to this one. */
export function ancestorsOf(edges: readonly FlowEdge[], id: string): string[] {
  const found = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const edge of edges) {
      if (edge.to !== at || found.has(edge.from)) continue;
      found.add(edge.from);
      open.push(edge.from);
    }
  }
  return [...found];
}

function inputsOf(document: FlowDocument, sample: SampleData): Record<string, Spot> {
  const inputs = isRecord(document.inputs) ? document.inputs : {};
  return Object.fromEntries(
    Object.entries(inputs).map(([name, schema]) => {
      const written = isRecord(schema) ? schema : {};
      const value = sample.inputs[name] ?? written.default;
      return [
        name,
        {
          schema: written,
          root: written,
          ...(value !== undefined && { value }),
          hint: textOf(written.description),
        },
      ];
    }),
  );
}

function localsOf(document: FlowDocument, address: BlockAddress, sample: SampleData): Scope {
  const holder = locate(document, address.node)?.node;
  if (address.part === "undo") return { input: {}, output: { value: sample.nodes[address.node]?.output } };
  if (address.part === "catch")
    return {
      error: {
        schema: { type: "object", properties: { code: { type: "string" }, message: { type: "string" } } },
      },
    };
  if (holder?.kind === "flow.for_each" && address.part === "body")
    return { item: {}, index: { schema: { type: "integer" } } };
  if (holder?.kind === "flow.while" && address.part === "body")
    return { state: {}, index: { schema: { type: "integer" } } };
  return {};
}
