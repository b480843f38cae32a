// The values that a text takes: names that nothing in the text itself gives a value to.
import { BeyondThis, TextFault } from "./outcome";
import { parse } from "./parse";
import type { Expression, Given, Part } from "./tree";

/** Names that the language has a meaning for. */
const OWN = new Set(["range", "dict", "namespace", "debug", "self"]);

export interface Read {
  /** In order. Empty where the text can't be read. */
  names: string[];
  fault: TextFault | undefined;
  /** What only the server knows; the names are then told by the server when it is saved. */
  beyond: string | undefined;
}

export function read(text: string): Read {
  try {
    return { names: variablesOf(parse(text)), fault: undefined, beyond: undefined };
  } catch (cause) {
    if (cause instanceof TextFault) return { names: [], fault: cause, beyond: undefined };
    if (cause instanceof BeyondThis) return { names: [], fault: undefined, beyond: cause.what };
    throw cause;
  }
}

export function variablesOf(parts: readonly Part[]): string[] {
  const found = new Set<string>();
  walk(parts, new Set(), found);
  return [...found].filter((name) => !OWN.has(name)).sort();
}

/** `known` are names that the text has given a value to so far. */
function walk(parts: readonly Part[], known: Set<string>, found: Set<string>): void {
  for (const part of parts) {
    if (part.is === "output") visit(part.value, known, found);
    else if (part.is === "set") {
      visit(part.value, known, found);
      for (const name of part.names) known.add(name);
    } else if (part.is === "if") {
      for (const { condition, body } of part.branches) {
        visit(condition, known, found);
        walk(body, new Set(known), found);
      }
      walk(part.otherwise, new Set(known), found);
    } else if (part.is === "for") {
      visit(part.of, known, found);
      const inside = new Set([...known, ...part.names, "loop"]);
      if (part.only) visit(part.only, inside, found);
      walk(part.body, inside, found);
      walk(part.otherwise, new Set(known), found);
    }
  }
}

function visit(expression: Expression, known: ReadonlySet<string>, found: Set<string>): void {
  const each = (...all: (Expression | undefined)[]) => {
    for (const one of all) if (one) visit(one, known, found);
  };
  const given = ({ values, named }: Given) => each(...values, ...named.map(([, value]) => value));
  switch (expression.is) {
    case "name":
      if (!known.has(expression.name)) found.add(expression.name);
      break;
    case "list":
      each(...expression.items);
      break;
    case "map":
      each(...expression.entries.flat());
      break;
    case "member":
      each(expression.of, expression.key);
      break;
    case "call":
      each(expression.callee);
      given(expression.given);
      break;
    case "filter":
    case "test":
      each(expression.of);
      given(expression.given);
      break;
    case "unary":
      each(expression.of);
      break;
    case "binary":
      each(expression.left, expression.right);
      break;
    case "choice":
      each(expression.condition, expression.yes, expression.no);
      break;
  }
}
