// What differs between two drafts, in words: what somebody else has saved, and what a save of one's own would do to stored records.
import { sameJson } from "@/lib/same-json";
import { operationsBetween } from "./operations/between";
import type { Draft } from "./operations/document";
import type { Operation, Target } from "./operations/operation";

export interface Change {
  change: "added" | "removed" | "changed";
  what: string;
  /** What is stored of it goes with it. */
  loses?: boolean;
}

export function changesBetween(before: Draft, after: Draft): Change[] {
  const changes: Change[] = [];
  // Where boxes stand is no change of what is kept.
  const [from, to] = [
    { ...before, layout: {} },
    { ...after, layout: {} },
  ];
  for (const operation of operationsBetween(from, to)) {
    const change = inWords(operation, before);
    const isTold = changes.some((each) => sameJson(each, change));
    if (change && !isTold) changes.push(change);
  }
  return changes;
}

function inWords(operation: Operation, before: Draft): Change | undefined {
  switch (operation.op) {
    case "add_model":
      return { change: "added", what: `model ${operation.model.name}` };
    case "remove_model":
      return { change: "removed", what: `model ${operation.model}`, loses: true };
    case "rename_model":
      return { change: "changed", what: `model ${operation.model} is called ${operation.to}` };
    case "add_field":
      return { change: "added", what: `field ${operation.field.name} of ${operation.model}` };
    case "remove_field":
      return { change: "removed", what: `field ${operation.field} of ${operation.model}`, loses: true };
    case "rename_field":
      return {
        change: "changed",
        what: `field ${operation.field} of ${operation.model} is called ${operation.to}`,
      };
    case "move_field":
      return { change: "changed", what: `order of the fields of ${operation.model}` };
    case "relate":
      return {
        change: "added",
        what: `relation ${operation.relation.name} of ${operation.relation.source} with ${operation.relation.target}`,
      };
    case "unrelate":
      return { change: "removed", what: `relation ${operation.name} of ${operation.source}`, loses: true };
    case "rename_relation":
      return {
        change: "changed",
        what: `relation ${operation.name} of ${operation.source} is called ${operation.to}`,
      };
    case "set":
      return { change: "changed", what: `${operation.key} of ${nameOf(operation.of, before)}` };
    case "move":
      return undefined;
    case "replace":
      return { change: "changed", what: "order of the models or relations, or much at once" };
  }
}

function nameOf(of: Target, { document }: Draft): string {
  if (of.relation) return `relation ${of.relation.name} of ${of.relation.source}`;
  if (of.field !== undefined) return `field ${of.field} of ${of.model}`;
  return of.model === undefined ? `application ${document.name}` : `model ${of.model}`;
}
