// What differs between two drafts, in words: what somebody else has saved, and what a save of one's own would do to stored records.
import { t } from "@/lib/i18n";
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
      return { change: "added", what: t("model {{name}}", { name: operation.model.name }) };
    case "remove_model":
      return { change: "removed", what: t("model {{model}}", { model: operation.model }), loses: true };
    case "rename_model":
      return {
        change: "changed",
        what: t("model {{model}} is called {{to}}", { model: operation.model, to: operation.to }),
      };
    case "add_field":
      return {
        change: "added",
        what: t("field {{name}} of {{model}}", { name: operation.field.name, model: operation.model }),
      };
    case "remove_field":
      return {
        change: "removed",
        what: t("field {{field}} of {{model}}", { field: operation.field, model: operation.model }),
        loses: true,
      };
    case "rename_field":
      return {
        change: "changed",
        what: t("field {{field}} of {{model}} is called {{to}}", {
          field: operation.field,
          model: operation.model,
          to: operation.to,
        }),
      };
    case "move_field":
      return { change: "changed", what: t("order of the fields of {{model}}", { model: operation.model }) };
    case "relate":
      return {
        change: "added",
        what: t("relation {{name}} of {{source}} with {{target}}", {
          name: operation.relation.name,
          source: operation.relation.source,
          target: operation.relation.target,
        }),
      };
    case "unrelate":
      return {
        change: "removed",
        what: t("relation {{name}} of {{source}}", { name: operation.name, source: operation.source }),
        loses: true,
      };
    case "rename_relation":
      return {
        change: "changed",
        what: t("relation {{name}} of {{source}} is called {{to}}", {
          name: operation.name,
          source: operation.source,
          to: operation.to,
        }),
      };
    case "set":
      return {
        change: "changed",
        what: t("{{key}} of {{what}}", { key: operation.key, what: nameOf(operation.of, before) }),
      };
    case "move":
      return undefined;
    case "replace":
      return { change: "changed", what: t("order of the models or relations, or much at once") };
  }
}

/** What it is, in words. */
export function nameOf(of: Target, { document }: Draft): string {
  if (of.relation)
    return t("relation {{name}} of {{source}}", { name: of.relation.name, source: of.relation.source });
  if (of.field !== undefined) return t("field {{field}} of {{model}}", { field: of.field, model: of.model });
  return of.model === undefined
    ? t("application {{name}}", { name: document.name })
    : t("model {{model}}", { model: of.model });
}
