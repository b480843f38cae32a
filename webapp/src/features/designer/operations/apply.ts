// Applies operations to a draft, each with what takes it back. All of a list is applied, or nothing.
import { applyBlock, applyMoveInto } from "./blocks";
import type { Draft } from "./document";
import { applyConnect, applyDisconnect } from "./edges";
import { applyMove } from "./move";
import { applyAdd, applyRemove } from "./nodes";
import { type Applied, KNOWN_NOTHING, type Known, type Operation } from "./operation";
import { applyRename } from "./rename";
import { applySet } from "./set";

export function apply(draft: Draft, operation: Operation, known: Known = KNOWN_NOTHING): Applied {
  switch (operation.op) {
    case "add_node":
      return applyAdd(draft, operation);
    case "remove_node":
      return applyRemove(draft, operation);
    case "rename_node":
      return applyRename(draft, operation, known);
    case "connect":
      return applyConnect(draft, operation);
    case "disconnect":
      return applyDisconnect(draft, operation);
    case "set":
      return applySet(draft, operation);
    case "move":
      return applyMove(draft, operation);
    case "move_into":
      return applyMoveInto(draft, operation);
    case "set_block":
      return applyBlock(draft, operation);
    case "pin":
      return applyPin(draft, operation);
    case "replace":
      return { draft: operation.draft, inverse: [{ op: "replace", draft }] };
  }
}

/** Another draft that says the same: a step that can be taken back is told by that. */
function applyPin(draft: Draft, { pin, before, ...rest }: Extract<Operation, { op: "pin" }>): Applied {
  return { draft: { ...draft }, inverse: [{ ...rest, pin: before, before: pin }] };
}

/** Throws the refusal of the first operation that cannot be applied. */
export function applyAll(draft: Draft, operations: readonly Operation[], known?: Known): Applied {
  let present = draft;
  let inverse: Operation[] = [];
  for (const operation of operations) {
    const applied = apply(present, operation, known);
    present = applied.draft;
    inverse = [...applied.inverse, ...inverse];
  }
  return { draft: present, inverse };
}
