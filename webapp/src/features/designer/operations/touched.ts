// Which step was taken back or done again, and which nodes it is about. Pure.
import type { History, Step } from "./history";
import type { Operation } from "./operation";

/** Nothing where something new was done, or another draft taken up. */
export function stepBetween(before: History, after: History): Step | undefined {
  const [done, undone] = [after.done.length - before.done.length, after.undone.length - before.undone.length];
  if (done === -1 && undone === 1) return after.undone.at(-1);
  const again = before.undone.at(-1);
  // What is new drops the only step that could be done again, and looks the same from afar.
  const isAgain = done === 1 && undone === -1 && after.done.at(-1)?.operations === again?.operations;
  return isAgain ? again : undefined;
}

/** By every name that they have or had. */
export function nodesTouched(operations: readonly Operation[]): string[] {
  return [...new Set(operations.flatMap(nodesOf))];
}

function nodesOf(operation: Operation): string[] {
  switch (operation.op) {
    case "add_node":
      return [operation.node.id];
    case "remove_node":
    case "move_into":
      return [operation.id];
    case "rename_node":
      return [operation.id, operation.to];
    case "pin":
      return [operation.node];
    case "connect":
    case "disconnect":
      return [operation.from, operation.to];
    case "set":
    case "set_block":
      return operation.node === undefined ? [] : [operation.node];
    case "move":
      return Object.keys(operation.places);
    case "replace":
      return [];
  }
}
