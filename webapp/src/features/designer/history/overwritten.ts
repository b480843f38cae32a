// What of somebody else's changes of a workflow is replaced once one's own edits are put on top of them. Pure.
import { type Compared, type Overwritten, overwrittenOf } from "@/lib/overwritten";
import { type FlowDocument, locate, nodesOf } from "../operations/document";
import type { Operation } from "../operations/operation";
import { fieldsOf, ownOf } from "./values";

/** Known by the node that it is in; none for the workflow itself. */
export type OverwrittenValue = Overwritten<string | undefined>;

interface Sides {
  /** What both began with. */
  base: FlowDocument;
  theirs: FlowDocument;
  /** Theirs with one's own edits on top, and those edits. */
  merged: FlowDocument;
  operations: readonly Operation[];
}

export function overwritten({ base, theirs, merged, operations }: Sides): OverwrittenValue[] {
  const ownIn = (document: FlowDocument, id: string) => {
    const found = locate(document, id);
    return found && ownOf(found.node);
  };
  const nodes = [...nodesOf(base)].map(
    (node): Compared<string | undefined> => ({
      of: node.id,
      base: ownOf(node),
      theirs: ownIn(theirs, node.id),
      merged: ownIn(merged, nameNow(node.id, operations)),
    }),
  );
  const workflow = { base: fieldsOf(base), theirs: fieldsOf(theirs), merged: fieldsOf(merged) };
  return overwrittenOf([{ of: undefined, ...workflow }, ...nodes]);
}

function nameNow(node: string, operations: readonly Operation[]): string {
  return operations.reduce((id, each) => (each.op === "rename_node" && each.id === id ? each.to : id), node);
}
