// What an expression of a node may read: inputs, variables, the nodes before it, and what the blocks around it give.
import type { NodeKind } from "@/api/types";
import { kindTitle } from "@/components/canvas/kind-texts";
import { isRecord, type JsonRecord, textOf } from "@/lib/json";
import {
  type BlockAddress,
  blockAt,
  type FlowBlock,
  type FlowDocument,
  type FlowEdge,
  locate,
} from "../operations/document";
import { localsOf } from "./locals";
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

type Kinds = ReadonlyMap<string, NodeKind>;

/** For an expression of a node, or, without one, for what the workflow itself says at its end. */
export function scopeOf(
  document: FlowDocument,
  node: string | undefined,
  kinds: Kinds,
  sample: SampleData,
): Scope {
  const found = node === undefined ? undefined : locate(document, node);
  const seen = node === undefined ? document.nodes.map(({ id }) => id) : [];
  return scopeAt(document, { block: found?.block, inner: node, address: found?.in, seen }, kinds, sample);
}

/** For what a block itself says: its `while` before it begins, its `output` at its end. */
export function scopeOfBlock(
  document: FlowDocument,
  address: BlockAddress,
  isAtEnd: boolean,
  kinds: Kinds,
  sample: SampleData,
): Scope {
  const block = blockAt(document, address);
  const seen = isAtEnd && block ? block.nodes.map(({ id }) => id) : [];
  return scopeAt(document, { block, inner: undefined, address, seen }, kinds, sample);
}

interface Place {
  block: FlowBlock | undefined;
  /** The node of the block whose ancestors are seen. */
  inner: string | undefined;
  address: BlockAddress | undefined;
  seen: readonly string[];
}

function scopeAt(document: FlowDocument, from: Place, kinds: Kinds, sample: SampleData): Scope {
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
  for (const id of from.seen) see(id);
  let locals: Scope = {};
  let { block, inner, address } = from;
  while (block) {
    if (inner !== undefined) for (const id of ancestorsOf(block.edges ?? [], inner)) see(id);
    if (!address) break;
    // What a nearer block gives hides what one around it gives by the same name.
    locals = { ...localsOf(document, address, sample), ...locals };
    const holder = locate(document, address.node);
    // What undoes a node sees that node alone.
    if (address.part === "undo") break;
    block = holder?.block;
    inner = address.node;
    address = holder?.in;
  }
  return {
    inputs: inputsOf(document, sample),
    vars: Object.fromEntries(Object.entries(sample.vars).map(([name, value]) => [name, { value }])),
    run: { schema: RUN },
    ...locals,
    nodes,
  };
}

/** The secrets that a parameter may name: each alone in its `${ }`, and never read by an expression. */
export function secretsOf(names: readonly string[]): Record<string, Spot> {
  const spots: Record<string, Spot> = {};
  for (const written of names) {
    const [name = "", field] = written.split(".");
    const fields = isRecord(spots[name]?.schema?.properties) ? spots[name].schema.properties : {};
    spots[name] =
      field === undefined ? {} : { schema: { type: "object", properties: { ...fields, [field]: {} } } };
  }
  return spots;
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
