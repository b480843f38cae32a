// The document as text, in one canonical form: fields in the order of the format, edges as people write them.
import { LineCounter, parseDocument, stringify } from "yaml";
import { isRecord, type JsonRecord } from "@/lib/json";
import {
  type FlowBlock,
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  PARTS,
  portOf,
  readDocument,
} from "../operations/document";

const DOCUMENT = [
  "lathe",
  "name",
  "label",
  "description",
  "inputs",
  "nodes",
  "edges",
  "output",
  "settings",
  "triggers",
];
const NODE = [
  "id",
  "kind",
  "label",
  "with",
  "when",
  "retry",
  "timeout",
  "queue_timeout",
  "heartbeat",
  "on_error",
  "cache",
  "checkpoint",
  "run_on",
  ...PARTS,
];
const BLOCK = ["nodes", "edges", "output", "while"];

export function toYaml(document: FlowDocument): string {
  return stringify(blockText(document, DOCUMENT), { lineWidth: 100, aliasDuplicateObjects: false });
}

function blockText(block: FlowBlock, order: readonly string[]): JsonRecord {
  const record = inOrder(block, order);
  return {
    ...record,
    nodes: block.nodes.map(nodeText),
    ...(block.edges && { edges: block.edges.map(edgeText) }),
  };
}

function nodeText(node: FlowNode): JsonRecord {
  const record = inOrder(node, NODE);
  for (const part of PARTS) if (node[part]) record[part] = blockText(node[part], BLOCK);
  return record;
}

function edgeText(edge: FlowEdge): string {
  return portOf(edge) === "out" ? `${edge.from} -> ${edge.to}` : `${edge.from}.${portOf(edge)} -> ${edge.to}`;
}

function inOrder(record: JsonRecord, order: readonly string[]): JsonRecord {
  const known = order.filter((key) => key in record);
  const others = Object.keys(record).filter((key) => !order.includes(key));
  return Object.fromEntries([...known, ...others].map((key) => [key, record[key]]));
}

export interface TextFault {
  from: number;
  to: number;
  message: string;
}

export interface Read {
  /** None when the text has faults. */
  document: FlowDocument | undefined;
  faults: TextFault[];
  /** Where a JSON pointer stands in the text. */
  find: (pointer: string) => { from: number; to: number };
}

export function fromYaml(text: string): Read {
  const parsed = parseDocument(text, { lineCounter: new LineCounter(), uniqueKeys: true, stringKeys: true });
  const find = (pointer: string) => {
    const steps = pointer
      .split("/")
      .slice(1)
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    for (let length = steps.length; length > 0; length--) {
      const path = steps.slice(0, length).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
      const node: unknown = parsed.getIn(path, true);
      const range = isRecord(node) && Array.isArray(node.range) ? node.range : undefined;
      if (range) return { from: Number(range[0]), to: Math.max(Number(range[0]) + 1, Number(range[1])) };
    }
    return { from: 0, to: Math.min(text.length, 1) };
  };
  const faults = parsed.errors.map((error) => ({
    from: Math.min(text.length, error.pos[0]),
    to: Math.min(text.length, Math.max(error.pos[0] + 1, error.pos[1])),
    message: error.message.split("\n")[0] ?? "This is no YAML.",
  }));
  if (faults.length > 0) return { document: undefined, faults, find };
  let value: unknown;
  try {
    value = parsed.toJS({ maxAliasCount: 0 });
  } catch {
    const message = "Anchors and aliases are not allowed: write the value out.";
    return { document: undefined, faults: [{ from: 0, to: Math.min(1, text.length), message }], find };
  }
  const document = readDocument(value);
  if (typeof document === "string")
    return {
      document: undefined,
      faults: [{ from: 0, to: Math.min(1, text.length), message: document }],
      find,
    };
  return { document, faults: [], find };
}
