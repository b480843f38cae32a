// Renaming a node: edges, places and every expression that speaks of it follow.
import { isRecord, type JsonRecord } from "@/lib/json";
import { renameInCode, renameInTemplate } from "../expressions/references";
import { type Draft, type FlowBlock, type FlowDocument, type FlowNode, locate, PARTS } from "./document";
import { checkId, idTaken, unknownNode } from "./nodes";
import type { Applied, Known, Operation, Path } from "./operation";

type Rename = (id: string) => string;

/** Fields of a node in which `${ … }` means nothing. */
const PLAIN = new Set(["id", "kind", "label", "on_error", "run_on", ...PARTS]);
const PLAIN_OF_DOCUMENT = new Set(["lathe", "name", "label", "description", "inputs", "nodes", "edges"]);

export function applyRename(draft: Draft, { id, to }: { id: string; to: string }, known: Known): Applied {
  if (!locate(draft.document, id)) throw unknownNode(id);
  checkId(to);
  if (id === to) return { draft, inverse: [] };
  if (locate(draft.document, to)) throw idTaken(to);
  const restored: Operation[] = [];
  const rename: Rename = (each) => (each === id ? to : each);
  // What speaks of the new name already would follow the way back as well: it is put back as it was.
  const speaksOf = (before: string, code: boolean) => {
    const turned = (code ? renameInCode : renameInTemplate)(before, (each) => (each === to ? id : each));
    return turned !== before;
  };
  const note = (node: string | undefined, path: Path, before: string, code: boolean) => {
    if (!speaksOf(before, code)) return;
    restored.push({ op: "set", ...(node !== undefined && { node }), path, value: before });
  };
  const walk = new Walk(rename, note, known);
  const document = walk.document(draft.document);
  const layout = Object.fromEntries(
    Object.entries(draft.layout).map(([each, place]) => [rename(each), place]),
  );
  return {
    draft: { document, layout },
    inverse: [{ op: "rename_node", id: to, to: id }, ...restored],
  };
}

class Walk {
  constructor(
    private readonly rename: Rename,
    private readonly note: (node: string | undefined, path: Path, before: string, code: boolean) => void,
    private readonly known: Known,
  ) {}

  document(document: FlowDocument): FlowDocument {
    const fields = this.fields(document, undefined, [], (key) => PLAIN_OF_DOCUMENT.has(key));
    return { ...fields, ...this.graph(document) } as FlowDocument;
  }

  private graph(block: FlowBlock): Pick<FlowBlock, "nodes" | "edges"> {
    const nodes = block.nodes.map((node) => this.node(node));
    if (!block.edges) return { nodes };
    const edges = block.edges.map((edge) => {
      const from = this.rename(edge.from);
      const to = this.rename(edge.to);
      return from === edge.from && to === edge.to ? edge : { ...edge, from, to };
    });
    return {
      nodes,
      edges: edges.every((edge, index) => edge === block.edges?.[index]) ? block.edges : edges,
    };
  }

  private node(node: FlowNode): FlowNode {
    const scripts = this.known.scripts.get(node.kind) ?? [];
    const changed: FlowNode = this.fields(node, node.id, [], (key) => PLAIN.has(key), scripts) as FlowNode;
    const next: FlowNode = { ...changed, id: this.rename(node.id) };
    for (const part of PARTS) {
      const block = node[part];
      if (!block) continue;
      const path: Path = [part];
      const fields = this.fields(block, node.id, path, (key) => key === "nodes" || key === "edges");
      next[part] = { ...fields, ...this.graph(block) } as FlowBlock;
    }
    return equalShallow(node, next) ? node : next;
  }

  private fields(
    record: JsonRecord,
    node: string | undefined,
    path: Path,
    isPlain: (key: string) => boolean,
    scripts: readonly string[] = [],
  ): JsonRecord {
    return Object.fromEntries(
      Object.entries(record).map(([key, value]) => {
        if (isPlain(key)) return [key, value];
        const code = key === "when" || key === "while";
        return [key, this.value(value, node, [...path, key], code, scripts)];
      }),
    );
  }

  private value(
    value: unknown,
    node: string | undefined,
    path: Path,
    code: boolean,
    scripts: readonly string[],
  ): unknown {
    if (typeof value === "string") {
      const isScript = code || (path.length === 2 && path[0] === "with" && scripts.includes(String(path[1])));
      this.note(node, path, value, isScript);
      return (isScript ? renameInCode : renameInTemplate)(value, this.rename);
    }
    const below = (each: unknown, key: string | number) =>
      this.value(each, node, [...path, key], code, scripts);
    if (Array.isArray(value)) {
      const items = value.map(below);
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    if (!isRecord(value)) return value;
    const record = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, below(each, key)]));
    return equalShallow(value, record) ? value : record;
  }
}

function equalShallow(a: JsonRecord, b: JsonRecord): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => {
      const [one, other] = [a[key], b[key]];
      if (one === other) return true;
      return isRecord(one) && isRecord(other) && Array.isArray(one.nodes) && equalShallow(one, other);
    })
  );
}
