// What the server objects to in a document, and which node and field that is.
import { isRecord } from "@/lib/json";

export interface Problem {
  /** A JSON pointer into the document. */
  path: string;
  message: string;
  node: string | undefined;
  /** From the node: `with.url`. */
  field: string | undefined;
}

/** The innermost node that a pointer leads through; an edge belongs to the node that it leaves. */
export function nodeAtPointer(document: unknown, pointer: string): string | undefined {
  let at: unknown = document;
  let node: string | undefined;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    at = Array.isArray(at) ? at[Number(key)] : isRecord(at) ? at[key] : undefined;
    if (!isRecord(at)) continue;
    if (typeof at.id === "string" && typeof at.kind === "string") node = at.id;
    else if (typeof at.from === "string" && typeof at.to === "string") node = at.from;
  }
  return node;
}

/** What is said about one field of a node, and not about a field next to it. */
export function problemsAt(problems: readonly Problem[], node: string, field: string): string[] {
  return problems
    .filter((problem) => problem.node === node)
    .filter(({ field: at }) => at === field || at?.startsWith(`${field}.`))
    .map((problem) => problem.message);
}
