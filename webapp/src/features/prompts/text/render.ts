// What comes of a text with values in it, by the rules of the server (api/src/prompt_text.rs), with which it shares its cases. What
// is not certain here is not guessed: the server renders it once it is saved.
import { isRecord } from "@/lib/json";
import { isTrue, say, sorted, there, ValueFault } from "./evaluate";
import { BeyondThis, TextFault } from "./outcome";
import { parse } from "./parse";
import type { Part } from "./tree";
import { variablesOf } from "./variables";

export type Outcome =
  | { is: "text"; text: string }
  /** A value that the text takes is not given. */
  | { is: "missing"; name: string }
  /** What these values do not have, as it is written in the text. */
  | { is: "absent"; what: string; line: number }
  | { is: "fault"; fault: TextFault }
  | { is: "beyond"; what: string };

/** Parts that one rendering may go through; the server stops at about as many. */
const MOST_PARTS = 100_000;
const LONGEST = 1024 * 1024;

export function render(text: string, values: Readonly<Record<string, unknown>>): Outcome {
  const run = { out: "", left: MOST_PARTS, at: 0 };
  try {
    const parts = parse(text);
    const missing = variablesOf(parts).find((name) => !Object.hasOwn(values, name));
    if (missing !== undefined) return { is: "missing", name: missing };
    write(parts, new Map(Object.entries(values)), run);
    return { is: "text", text: run.out };
  } catch (cause) {
    if (cause instanceof TextFault) return { is: "fault", fault: cause };
    if (cause instanceof BeyondThis) return { is: "beyond", what: cause.what };
    if (cause instanceof ValueFault)
      return { is: "absent", what: cause.what, line: text.slice(0, run.at).split("\n").length };
    throw cause;
  }
}

interface Run {
  out: string;
  left: number;
  /** Where in the text it is. */
  at: number;
}

function write(parts: readonly Part[], values: Map<string, unknown>, run: Run): void {
  for (const part of parts) {
    run.at = part.from;
    if (run.left-- <= 0 || run.out.length > LONGEST) throw new BeyondThis("…");
    if (part.is === "text") run.out += part.text;
    else if (part.is === "output") run.out += say(there(part.value, values));
    else if (part.is === "set") assign(part.names, there(part.value, values), values);
    else if (part.is === "if") {
      const branch = part.branches.find(({ condition }) => isTrue(there(condition, values)));
      write(branch?.body ?? part.otherwise, values, run);
    } else repeat(part, values, run);
  }
}

function repeat(part: Part & { is: "for" }, values: Map<string, unknown>, run: Run): void {
  const all = itemsOf(there(part.of, values));
  const within = (item: unknown) => {
    const inside = new Map(values);
    assign(part.names, item, inside);
    return inside;
  };
  const { only } = part;
  const items = only ? all.filter((item) => isTrue(there(only, within(item)))) : all;
  if (items.length === 0) write(part.otherwise, values, run);
  for (const [index, item] of items.entries()) {
    const inside = within(item);
    inside.set("loop", loopAt(index, items.length));
    write(part.body, inside, run);
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isRecord(value)) return sorted(value).map(([key]) => key);
  throw new BeyondThis("{% for %}");
}

function loopAt(index: number, length: number) {
  return {
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
  };
}

function assign(names: readonly string[], value: unknown, values: Map<string, unknown>): void {
  const [first, ...others] = names;
  if (first !== undefined && others.length === 0) values.set(first, value);
  else if (Array.isArray(value) && value.length === names.length)
    for (const [index, name] of names.entries()) values.set(name, value[index]);
  else throw new BeyondThis("{% for %}");
}
