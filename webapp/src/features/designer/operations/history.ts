// The history of a draft, in the operations of workflows and with what they have to know of the catalogue.
import * as edits from "@/lib/edit-history";
import { applyAll } from "./apply";
import type { Draft } from "./document";
import type { Known, Operation } from "./operation";

export type Step = edits.Step<Operation>;
export type History = edits.History<Draft, Operation>;
export const { seal } = edits;

export function begin(draft: Draft): History {
  return edits.begin(draft);
}

export function languageOf(known: Known): edits.Language<Draft, Operation> {
  return {
    applyAll: (draft, operations) => applyAll(draft, operations, known),
    inOne,
  };
}

function inOne(one: Operation, other: Operation): Operation | undefined {
  if (one.op === "pin" && other.op === "pin" && one.node === other.node)
    return { ...other, before: one.before };
  const isSame =
    one.op === "set" &&
    other.op === "set" &&
    one.node === other.node &&
    one.path.join("\0") === other.path.join("\0");
  return isSame ? other : undefined;
}

export function perform(
  history: History,
  title: string,
  operations: Operation[],
  known: Known,
  mark?: string,
): History {
  return edits.perform(history, languageOf(known), title, operations, mark);
}

export function undo(history: History, known: Known): History {
  return edits.undo(history, languageOf(known));
}

export function redo(history: History, known: Known): History {
  return edits.redo(history, languageOf(known));
}

export function replay(draft: Draft, steps: readonly Step[], known: Known) {
  return edits.replay(draft, steps, languageOf(known));
}
