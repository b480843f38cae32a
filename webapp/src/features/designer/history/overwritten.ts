// What of somebody else's changes is replaced once one's own edits are put on top of them. Pure.
import { type JsonChange, jsonChanges } from "@/lib/json-diff";
import { type FlowDocument, locate, nodesOf } from "../operations/document";
import type { Operation } from "../operations/operation";
import { fieldsOf, ownOf } from "./values";

export interface Overwritten {
  /** None for the workflow itself. */
  node: string | undefined;
  /** What it is to them, and what becomes of it. None where the node that they changed is gone. */
  change: JsonChange | null;
}

interface Compared {
  /** What both began with. */
  base: FlowDocument;
  theirs: FlowDocument;
  /** Theirs with one's own edits on top, and those edits. */
  merged: FlowDocument;
  operations: readonly Operation[];
}

export function overwritten({ base, theirs, merged, operations }: Compared): Overwritten[] {
  const found = inBoth(
    jsonChanges(fieldsOf(base), fieldsOf(theirs)),
    jsonChanges(fieldsOf(theirs), fieldsOf(merged)),
  ).map((change): Overwritten => ({ node: undefined, change }));
  for (const before of nodesOf(base)) {
    const node = before.id;
    const now = locate(theirs, node)?.node;
    const changed = now ? jsonChanges(ownOf(before), ownOf(now)) : [];
    if (!now || changed.length === 0) continue;
    const mine = locate(merged, nameNow(node, operations))?.node;
    if (!mine) found.push({ node, change: null });
    else
      for (const change of inBoth(changed, jsonChanges(ownOf(now), ownOf(mine))))
        found.push({ node, change });
  }
  return found;
}

/** Of the second changes those at, within or around a place of the first. */
function inBoth(first: readonly JsonChange[], second: readonly JsonChange[]): JsonChange[] {
  return second.filter(({ path }) =>
    first.some((other) => {
      const depth = Math.min(path.length, other.path.length);
      return path.slice(0, depth).join("\0") === other.path.slice(0, depth).join("\0");
    }),
  );
}

function nameNow(node: string, operations: readonly Operation[]): string {
  return operations.reduce((id, each) => (each.op === "rename_node" && each.id === id ? each.to : id), node);
}
