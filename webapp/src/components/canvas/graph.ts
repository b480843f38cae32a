// Reads a workflow document into nodes and edges to draw; it forgives what the server's validator would refuse.
import { isRecord, type JsonRecord, textOf } from "@/lib/json";

export interface GraphNode {
  id: string;
  kind: string;
  label: string;
  description: string | undefined;
  /** Every port an edge may leave by, in the order in which they are drawn from top to bottom. */
  ports: string[];
  /** The graphs that it holds. */
  blocks: GraphBlock[];
  /** The node as written, for the inspector. */
  source: JsonRecord;
}

export interface GraphBlock {
  /** `body`, `catch`, `finally` or `undo`. */
  part: string;
  graph: Graph;
}

export interface GraphEdge {
  id: string;
  from: string;
  port: string;
  to: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** What the catalogue adds to a document: the ports a kind has even when nothing is connected to them. */
export interface KindPorts {
  ports: readonly string[];
  /** The parameter whose keys or items are ports as well. */
  portsFrom: string | null;
}

export type PortsByKind = ReadonlyMap<string, KindPorts>;

export const DEFAULT_PORT = "out";

/** The fields of a node that hold a graph, in the order in which they are drawn. */
const PARTS = ["body", "catch", "finally", "undo"];
/** The engine allows no deeper ones. */
const DEEPEST = 8;

export function readGraph(document: unknown, portsByKind: PortsByKind = new Map()): Graph {
  return readLevel(document, portsByKind, 0);
}

/** A node wherever it lies. */
export function findNode(graph: Graph, id: string): GraphNode | undefined {
  for (const node of graph.nodes) {
    if (node.id === id) return node;
    for (const block of node.blocks) {
      const found = findNode(block.graph, id);
      if (found) return found;
    }
  }
  return undefined;
}

/** How many nodes there are with those in blocks. */
export function countNodes(graph: Graph): number {
  const within = graph.nodes.flatMap((node) => node.blocks.map((block) => countNodes(block.graph)));
  return graph.nodes.length + within.reduce((sum, count) => sum + count, 0);
}

/** The edges of a graph with those in blocks. */
export function edgesOf(graph: Graph): GraphEdge[] {
  return [
    ...graph.edges,
    ...graph.nodes.flatMap((node) => node.blocks.flatMap((block) => edgesOf(block.graph))),
  ];
}

export function labelsOf(graph: Graph): Map<string, string> {
  const within = graph.nodes.flatMap((node) => node.blocks.flatMap((block) => [...labelsOf(block.graph)]));
  return new Map([...graph.nodes.map((node) => [node.id, node.label] as const), ...within]);
}

function readLevel(document: unknown, portsByKind: PortsByKind, depth: number): Graph {
  const written = isRecord(document) ? document : {};
  const sources = Array.isArray(written.nodes) ? written.nodes.filter(isRecord) : [];
  const known = new Set(sources.map((node) => textOf(node.id)).filter((id) => id !== undefined));
  const edges = readEdges(written.edges).filter((edge) => known.has(edge.from) && known.has(edge.to));
  const seen = new Set<string>();
  const nodes: GraphNode[] = [];
  for (const source of sources) {
    const id = textOf(source.id);
    if (!id || seen.has(id)) continue;
    seen.add(id);
    const kind = textOf(source.kind) ?? "unknown";
    nodes.push({
      id,
      kind,
      label: textOf(source.label) ?? humanise(id),
      description: textOf(source.description),
      ports: portsOf(source, edges, declaredPorts(source, portsByKind.get(kind))),
      blocks: depth < DEEPEST ? readBlocks(source, portsByKind, depth) : [],
      source,
    });
  }
  return { nodes, edges };
}

function readBlocks(source: JsonRecord, portsByKind: PortsByKind, depth: number): GraphBlock[] {
  return PARTS.filter((part) => isRecord(source[part])).map((part) => ({
    part,
    graph: readLevel(source[part], portsByKind, depth + 1),
  }));
}

function declaredPorts(source: JsonRecord, kind: KindPorts | undefined): string[] {
  if (!kind) return [];
  const parameter = kind.portsFrom && isRecord(source.with) ? source.with[kind.portsFrom] : undefined;
  const own = Array.isArray(parameter)
    ? parameter.map(String)
    : isRecord(parameter)
      ? Object.keys(parameter)
      : [];
  return [...own, ...kind.ports];
}

function portsOf(source: JsonRecord, edges: GraphEdge[], declared: readonly string[]): string[] {
  const ports = new Set(declared);
  for (const edge of edges) if (edge.from === source.id) ports.add(edge.port);
  if (source.on_error === "edge") ports.add("error");
  if (ports.size === 0) ports.add(DEFAULT_PORT);
  return [...ports].sort((a, b) => lateness(a) - lateness(b));
}

/** The ways taken when nothing else fits are drawn last, below the ordinary ones. */
function lateness(port: string): number {
  return port === "error" ? 2 : port === "default" ? 1 : 0;
}

function readEdges(written: unknown): GraphEdge[] {
  if (!Array.isArray(written)) return [];
  const byId = new Map<string, GraphEdge>();
  const add = (from: string, port: string, to: string) => {
    const id = `${from}.${port}->${to}`;
    byId.set(id, { id, from, port, to });
  };
  for (const edge of written) {
    if (typeof edge === "string") {
      const stops = edge.split("->").map((stop) => stop.trim());
      for (let i = 0; i + 1 < stops.length; i++) {
        const [from = "", port = DEFAULT_PORT] = (stops[i] ?? "").split(".");
        const [to = ""] = (stops[i + 1] ?? "").split(".");
        add(from, port, to);
      }
    } else if (isRecord(edge)) {
      const from = textOf(edge.from);
      const to = textOf(edge.to);
      if (from && to) add(from, textOf(edge.port) ?? DEFAULT_PORT, to);
    }
  }
  return [...byId.values()];
}

export function humanise(id: string): string {
  const words = id.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
