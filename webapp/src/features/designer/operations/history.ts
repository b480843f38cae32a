// What was done, and how to take it back: without limit, and each step as a whole.
import { applyAll } from "./apply";
import type { Draft } from "./document";
import { type Known, type Operation, Refusal } from "./operation";

export interface Step {
  /** What was done, in words that follow "Undo". */
  title: string;
  operations: Operation[];
  inverse: Operation[];
  /** Steps with the same mark that follow each other are one: the letters of a word, the pixels of a way. */
  mark?: string;
}

export interface History {
  draft: Draft;
  done: readonly Step[];
  undone: readonly Step[];
}

export function begin(draft: Draft): History {
  return { draft, done: [], undone: [] };
}

/** Throws a refusal when the operations cannot be applied. */
export function perform(
  history: History,
  title: string,
  operations: Operation[],
  known: Known,
  mark?: string,
): History {
  if (operations.length === 0) return history;
  const { draft, inverse } = applyAll(history.draft, operations, known);
  const last = history.done.at(-1);
  const continues = mark !== undefined && last !== undefined && last.mark === mark;
  const step: Step = continues
    ? {
        ...last,
        operations: joined(last.operations, operations),
        inverse: joined(inverse, last.inverse),
      }
    : { title, operations, inverse, ...(mark !== undefined && { mark }) };
  const done = continues ? history.done.slice(0, -1) : history.done;
  return { draft, done: [...done, step], undone: [] };
}

/** Of two settings of one field that follow each other the later one counts, on the way there and on the way back. */
function joined(before: Operation[], after: Operation[]): Operation[] {
  const [one] = before;
  const [other] = after;
  const alike =
    before.length === 1 &&
    after.length === 1 &&
    one?.op === "set" &&
    other?.op === "set" &&
    one.node === other.node &&
    one.path.join("\0") === other.path.join("\0");
  return alike ? [other] : [...before, ...after];
}

/** The next step begins anew, even with the same mark. */
export function seal(history: History): History {
  const last = history.done.at(-1);
  if (last?.mark === undefined) return history;
  const { mark: _, ...sealed } = last;
  return { ...history, done: [...history.done.slice(0, -1), sealed] };
}

export function undo(history: History, known: Known): History {
  const step = history.done.at(-1);
  if (!step) return history;
  const { draft } = applyAll(history.draft, step.inverse, known);
  return { draft, done: history.done.slice(0, -1), undone: [...history.undone, unmarked(step)] };
}

export function redo(history: History, known: Known): History {
  const step = history.undone.at(-1);
  if (!step) return history;
  const { draft, inverse } = applyAll(history.draft, step.operations, known);
  return { draft, done: [...history.done, { ...step, inverse }], undone: history.undone.slice(0, -1) };
}

function unmarked({ mark: _, ...step }: Step): Step {
  return step;
}

/** Does the same to another draft, which somebody else has changed meanwhile; what can't be done there is told. */
export function replay(
  draft: Draft,
  steps: readonly Step[],
  known: Known,
): { history: History; refused: { title: string; why: string }[] } {
  let history = begin(draft);
  const refused: { title: string; why: string }[] = [];
  for (const step of steps) {
    try {
      history = perform(history, step.title, step.operations, known);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      refused.push({ title: step.title, why: cause.message });
    }
  }
  return { history, refused };
}
