// What was done to a draft as lists of operations, and how to take it back: without limit, and each step as a whole.

/** An operation that cannot be applied; the draft is as it was. */
export class Refusal<Code extends string = string> extends Error {
  constructor(
    readonly code: Code,
    message: string,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

export interface Applied<Draft, Operation> {
  draft: Draft;
  /** What takes it back, in the order in which it is to be applied. */
  inverse: Operation[];
}

/** What a history has to know of its operations. */
export interface Language<Draft, Operation> {
  /** Applies all of a list, or throws the refusal of the first one that cannot be applied. */
  applyAll: (draft: Draft, operations: readonly Operation[]) => Applied<Draft, Operation>;
  /** Of two that follow each other and set the same thing, one that does both; of others none. */
  inOne: (one: Operation, other: Operation) => Operation | undefined;
}

export interface Step<Operation> {
  /** What was done, in words that follow "Undo". */
  title: string;
  operations: Operation[];
  inverse: Operation[];
  /** Steps with the same mark that follow each other are one: the letters of a word, the pixels of a way. */
  mark?: string;
}

export interface History<Draft, Operation> {
  draft: Draft;
  done: readonly Step<Operation>[];
  undone: readonly Step<Operation>[];
}

export function begin<Draft>(draft: Draft): History<Draft, never> {
  return { draft, done: [], undone: [] };
}

/** Throws a refusal when the operations cannot be applied. */
export function perform<D, O>(
  history: History<D, O>,
  language: Language<D, O>,
  title: string,
  operations: O[],
  mark?: string,
): History<D, O> {
  if (operations.length === 0) return history;
  const { draft, inverse } = language.applyAll(history.draft, operations);
  // What changes nothing is no step: there would be nothing to see when it is taken back.
  if (draft === history.draft) return history;
  const last = history.done.at(-1);
  const continues = mark !== undefined && last !== undefined && last.mark === mark;
  const step: Step<O> = continues
    ? {
        ...last,
        operations: joined(language, last.operations, operations),
        inverse: joined(language, inverse, last.inverse),
      }
    : { title, operations, inverse, ...(mark !== undefined && { mark }) };
  const done = continues ? history.done.slice(0, -1) : history.done;
  return { draft, done: [...done, step], undone: [] };
}

/** Two settings of one thing that follow each other are one, on the way there and on the way back. */
function joined<D, O>({ inOne }: Language<D, O>, before: O[], after: O[]): O[] {
  const [one] = before;
  const [other] = after;
  const isOneEach = before.length === 1 && after.length === 1 && one !== undefined && other !== undefined;
  const both = isOneEach ? inOne(one, other) : undefined;
  return both === undefined ? [...before, ...after] : [both];
}

/** The next step begins anew, even with the same mark. */
export function seal<D, O>(history: History<D, O>): History<D, O> {
  const last = history.done.at(-1);
  if (last?.mark === undefined) return history;
  return { ...history, done: [...history.done.slice(0, -1), unmarked(last)] };
}

export function undo<D, O>(history: History<D, O>, language: Language<D, O>): History<D, O> {
  const step = history.done.at(-1);
  if (!step) return history;
  const { draft } = language.applyAll(history.draft, step.inverse);
  return { draft, done: history.done.slice(0, -1), undone: [...history.undone, unmarked(step)] };
}

export function redo<D, O>(history: History<D, O>, language: Language<D, O>): History<D, O> {
  const step = history.undone.at(-1);
  if (!step) return history;
  const { draft, inverse } = language.applyAll(history.draft, step.operations);
  return { draft, done: [...history.done, { ...step, inverse }], undone: history.undone.slice(0, -1) };
}

function unmarked<O>({ mark: _, ...step }: Step<O>): Step<O> {
  return step;
}

export interface Replayed<D, O> {
  history: History<D, O>;
  refused: { title: string; why: string }[];
}

/** Does the same to another draft, which somebody else has changed meanwhile; what can't be done there is told. */
export function replay<D, O>(draft: D, steps: readonly Step<O>[], language: Language<D, O>): Replayed<D, O> {
  let history: History<D, O> = begin(draft);
  const refused: { title: string; why: string }[] = [];
  for (const step of steps) {
    try {
      history = perform(history, language, step.title, step.operations);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      refused.push({ title: step.title, why: cause.message });
    }
  }
  return { history, refused };
}
