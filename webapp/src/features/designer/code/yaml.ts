// The document as text, in one canonical form: fields in the order of the format, edges as people write them.
import { t } from "@/lib/i18n";
import type { JsonRecord } from "@/lib/json";
import { inOrder, type ReadText, readYaml, writeYaml } from "@/lib/yaml-text";
import { type Clip, clipOf } from "../operations/clipboard";
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
  return writeYaml(blockText(document, DOCUMENT));
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

export function fromYaml(text: string): ReadText<FlowDocument> {
  return readYaml(text, readDocument);
}

/** The nodes of a document as YAML, to be pasted. */
export function yamlClip(text: string): Clip | undefined {
  return readYaml(text, (value) => clipOf(value) ?? t("This holds no nodes.")).document;
}
