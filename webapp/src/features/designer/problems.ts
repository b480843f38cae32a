// What the server objects to in a document, and which node and field that is.
import { isRecord, type JsonRecord } from "@/lib/json";
import { type FlowEdge, portOf } from "./operations/document";

export interface Problem {
  /** A JSON pointer into the document. */
  path: string;
  message: string;
  /** Of a message that stays English. */
  lang?: "en";
  node: string | undefined;
  /** From the node, or from the workflow where there is none: `with.url`, `settings.timeout`. */
  field: string | undefined;
  /** The edge that it is about. */
  edge?: FlowEdge;
}

/** The innermost edge that a pointer leads to. */
export function edgeAtPointer(document: unknown, pointer: string): FlowEdge | undefined {
  let found: FlowEdge | undefined;
  for (const at of along(document, pointer)) {
    if (typeof at.from !== "string" || typeof at.to !== "string" || "kind" in at) continue;
    const { from, to, port } = at;
    found = typeof port === "string" && port !== "out" ? { from, to, port } : { from, to };
  }
  return found;
}

/** `/settings/timeout` is `settings.timeout`. */
export function fieldAtPointer(pointer: string): string | undefined {
  return pointer === "" ? undefined : pointer.split("/").slice(1).map(unescaped).join(".");
}

/** As the drawing calls an edge. */
export function edgeId(edge: FlowEdge): string {
  return `${edge.from}.${portOf(edge)}->${edge.to}`;
}

/** As people write it: `a -> b`, `a.true -> b`. */
export function edgeInWords(edge: FlowEdge): string {
  return `${leavingOf(edge)} → ${edge.to}`;
}

/** The node that an edge leaves, with the port where there is more than one way. */
export function leavingOf(edge: FlowEdge): string {
  return portOf(edge) === "out" ? edge.from : `${edge.from}.${portOf(edge)}`;
}

/** The innermost node that a pointer leads through; an edge belongs to the node that it leaves. */
export function nodeAtPointer(document: unknown, pointer: string): string | undefined {
  let node: string | undefined;
  for (const at of along(document, pointer)) {
    if (typeof at.id === "string" && typeof at.kind === "string") node = at.id;
    else if (typeof at.from === "string" && typeof at.to === "string") node = at.from;
  }
  return node;
}

/** The objects that a pointer leads through, outermost first. */
function* along(document: unknown, pointer: string): Generator<JsonRecord> {
  let at: unknown = document;
  for (const step of pointer.split("/").slice(1)) {
    const key = unescaped(step);
    at = Array.isArray(at) ? at[Number(key)] : isRecord(at) ? at[key] : undefined;
    if (isRecord(at)) yield at;
  }
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** What is said about one field of a node, and not about a field next to it. */
export function problemsAt(problems: readonly Problem[], node: string, field: string): string[] {
  return problems
    .filter((problem) => problem.node === node)
    .filter(({ field: at }) => at === field || at?.startsWith(`${field}.`))
    .map((problem) => problem.message);
}
