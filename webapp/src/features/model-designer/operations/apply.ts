// Applies operations to a draft, each with what takes it back. All of a list is applied, or nothing.
import type { Language } from "@/lib/edit-history";
import { sameJson } from "@/lib/same-json";
import type { Draft } from "./document";
import { applyAddField, applyMoveField, applyRemoveField, applyRenameField } from "./fields";
import { applyAddModel, applyRemoveModel, applyRenameModel } from "./models";
import type { Applied, Operation } from "./operation";
import { applyRelate, applyRenameRelation, applyUnrelate } from "./relations";
import { applySet } from "./set";

export function apply(draft: Draft, operation: Operation): Applied {
  switch (operation.op) {
    case "add_model":
      return applyAddModel(draft, operation);
    case "remove_model":
      return applyRemoveModel(draft, operation);
    case "rename_model":
      return applyRenameModel(draft, operation);
    case "add_field":
      return applyAddField(draft, operation);
    case "remove_field":
      return applyRemoveField(draft, operation);
    case "rename_field":
      return applyRenameField(draft, operation);
    case "move_field":
      return applyMoveField(draft, operation);
    case "relate":
      return applyRelate(draft, operation);
    case "unrelate":
      return applyUnrelate(draft, operation);
    case "rename_relation":
      return applyRenameRelation(draft, operation);
    case "set":
      return applySet(draft, operation);
    case "move":
      return applyMove(draft, operation.places);
    case "replace":
      return { draft: operation.draft, inverse: [{ op: "replace", draft }] };
  }
}

/** Throws the refusal of the first operation that cannot be applied. */
export function applyAll(draft: Draft, operations: readonly Operation[]): Applied {
  let present = draft;
  let inverse: Operation[] = [];
  for (const operation of operations) {
    const applied = apply(present, operation);
    present = applied.draft;
    inverse = [...applied.inverse, ...inverse];
  }
  return { draft: present, inverse };
}

export const LANGUAGE: Language<Draft, Operation> = {
  applyAll,
  inOne: (one, other) =>
    one.op === "set" && other.op === "set" && one.key === other.key && sameJson(one.of, other.of)
      ? other
      : undefined,
};

function applyMove(draft: Draft, places: Extract<Operation, { op: "move" }>["places"]): Applied {
  const layout = { ...draft.layout };
  const before: typeof places = {};
  for (const [name, place] of Object.entries(places)) {
    before[name] = layout[name] ?? null;
    if (place) layout[name] = place;
    else delete layout[name];
  }
  return { draft: { ...draft, layout }, inverse: [{ op: "move", places: before }] };
}
