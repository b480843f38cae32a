// What an expression comes to with values at hand, by the server's rules; what is not certain is left to the server.
import { isRecord } from "@/lib/json";
import { sameJson } from "@/lib/same-json";
import { BeyondThis } from "./outcome";
import type { Expression, Given } from "./tree";

/** Stands for a value that is not there. */
export const NOTHING = Symbol("nothing");

export type Values = ReadonlyMap<string, unknown>;

/** Something that can't be made of these values, whatever the text says. */
export class ValueFault extends Error {
  constructor(
    /** As it is written, where that is known. */
    readonly what: string,
  ) {
    super(what);
    this.name = "ValueFault";
  }
}

export function evaluate(expression: Expression, values: Values): unknown {
  switch (expression.is) {
    case "value":
      return expression.value;
    case "name":
      return values.has(expression.name) ? values.get(expression.name) : NOTHING;
    case "list":
      return expression.items.map((item) => there(item, values));
    case "map":
      return Object.fromEntries(
        expression.entries.map(([key, value]) => [keyOf(there(key, values)), there(value, values)]),
      );
    case "member":
      return member(there(expression.of, values), evaluate(expression.key, values));
    case "call":
      return call(expression.callee, expression.given, values);
    case "filter":
      return filter(
        expression.name,
        evaluate(expression.of, values),
        expression.of,
        expression.given,
        values,
      );
    case "test": {
      const holds = test(expression.name, evaluate(expression.of, values), expression.of, expression.given);
      return holds !== expression.negated;
    }
    case "unary":
      return unary(expression.sign, there(expression.of, values));
    case "binary":
      return binary(expression.sign, expression.left, expression.right, values);
    case "choice": {
      const { condition, yes, no } = expression;
      if (isTrue(there(condition, values))) return evaluate(yes, values);
      return no ? evaluate(no, values) : beyond("if");
    }
  }
}

/** A value that has to be there. */
export function there(expression: Expression, values: Values): unknown {
  const value = evaluate(expression, values);
  if (value === NOTHING) throw new ValueFault(written(expression));
  return value;
}

/** As somebody would write it: `order.total`. */
function written(expression: Expression): string {
  if (expression.is === "name") return expression.name;
  if (expression.is === "filter" || expression.is === "test") return written(expression.of);
  if (expression.is !== "member") return "";
  const { of, key, written: word } = expression;
  if (word !== "") return `${written(of)}.${word}`;
  return `${written(of)}[${key.is === "value" ? JSON.stringify(key.value) : "…"}]`;
}

function beyond(what: string): never {
  throw new BeyondThis(what);
}

function keyOf(key: unknown): string {
  return typeof key === "string" ? key : beyond("{ }");
}

function member(of: unknown, key: unknown): unknown {
  if (Array.isArray(of)) {
    const index = typeof key === "string" && /^\d+$/.test(key) ? Number(key) : key;
    if (!Number.isInteger(index)) return NOTHING;
    const at = Number(index) < 0 ? of.length + Number(index) : Number(index);
    return at in of ? of[at] : NOTHING;
  }
  if (isRecord(of)) return typeof key === "string" && Object.hasOwn(of, key) ? of[key] : NOTHING;
  return typeof of === "string" && typeof key === "number" ? beyond("[ ]") : NOTHING;
}

const MOST = 10_000;

function call(callee: Expression, { values: given, named }: Given, values: Values): unknown {
  const isRange = callee.is === "name" && callee.name === "range" && !values.has("range");
  if (!isRange || named.length > 0 || given.length > 2) return beyond(`${written(callee)}()`);
  const numbers = given.map((each) => there(each, values));
  const [from, to] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return beyond("range()");
  const length = Number(to) - Number(from);
  if (length > MOST) return beyond("range()");
  return Array.from({ length: Math.max(0, length) }, (_, index) => Number(from) + index);
}

export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

function filter(name: string, value: unknown, of: Expression, given: Given, values: Values): unknown {
  const wants = (most: number) => {
    if (given.named.length > 0 || given.values.length > most) beyond(`| ${name}`);
  };
  const argument = (index: number) => {
    const found = given.values[index];
    return found === undefined ? undefined : there(found, values);
  };
  if (name === "default" || name === "d") {
    wants(1);
    return value === NOTHING ? (argument(0) ?? "") : value;
  }
  if (value === NOTHING) throw new ValueFault(written(of));
  if (name === "join" && Array.isArray(value)) {
    wants(1);
    const between = argument(0) ?? "";
    if (typeof between !== "string") return beyond("| join");
    return value.map(say).join(between);
  }
  if (name === "replace" && typeof value === "string") {
    wants(2);
    const [what, by] = [argument(0), argument(1)];
    if (typeof what !== "string" || typeof by !== "string" || what === "") return beyond("| replace");
    return value.split(what).join(by);
  }
  wants(0);
  if (name === "length" || name === "count") {
    if (typeof value === "string") return [...value].length;
    if (Array.isArray(value)) return value.length;
    if (isRecord(value)) return Object.keys(value).length;
  }
  if (name === "items" && isRecord(value)) return sorted(value);
  if (Array.isArray(value) && value.length > 0) {
    if (name === "first") return value[0];
    if (name === "last") return value.at(-1);
  }
  if (typeof value === "string") {
    if (name === "upper") return value.toUpperCase();
    if (name === "lower") return value.toLowerCase();
    if (name === "trim") return value.trim();
    if (name === "string") return value;
  }
  return beyond(`| ${name}`);
}

function test(name: string, value: unknown, of: Expression, given: Given): boolean {
  if (given.values.length > 0 || given.named.length > 0) return beyond(`is ${name}`);
  if (name === "defined") return value !== NOTHING;
  if (name === "undefined") return value === NOTHING;
  if (value === NOTHING) throw new ValueFault(written(of));
  if (name === "none" || name === "None") return value === null;
  if (name === "string") return typeof value === "string";
  if (name === "number") return typeof value === "number";
  if (name === "true") return value === true;
  if (name === "false") return value === false;
  if (name === "mapping") return isRecord(value);
  return beyond(`is ${name}`);
}

function unary(sign: string, value: unknown): unknown {
  if (sign === "not") return !isTrue(value);
  if (sign === "-" && typeof value === "number" && value !== 0) return -value;
  return beyond(sign);
}

function binary(sign: string, left: Expression, right: Expression, values: Values): unknown {
  const one = there(left, values);
  if (sign === "and") return isTrue(one) ? there(right, values) : one;
  if (sign === "or") return isTrue(one) ? one : there(right, values);
  const other = there(right, values);
  if (sign === "==" || sign === "!=") return same(one, other) === (sign === "==");
  if (sign === "~") return say(one) + say(other);
  if (sign === "in") return within(one, other);
  if (typeof one === "number" && typeof other === "number") return reckon(sign, one, other);
  if (sign === "+" && typeof one === "string" && typeof other === "string") return one + other;
  return beyond(sign);
}

/** Of what is of different kinds only the server knows whether it is the same. */
function same(one: unknown, other: unknown): boolean {
  const isMixed = [one, other].some((each) => typeof each === "boolean") && typeof one !== typeof other;
  return isMixed ? beyond("==") : sameJson(one, other);
}

function within(one: unknown, other: unknown): boolean {
  if (typeof other === "string" && typeof one === "string") return other.includes(one);
  if (Array.isArray(other)) return other.some((each) => same(each, one));
  if (isRecord(other) && typeof one === "string") return Object.hasOwn(other, one);
  return beyond("in");
}

function reckon(sign: string, one: number, other: number): unknown {
  if (sign === "<") return one < other;
  if (sign === ">") return one > other;
  if (sign === "<=") return one <= other;
  if (sign === ">=") return one >= other;
  const made =
    sign === "+" ? one + other : sign === "-" ? one - other : sign === "*" ? one * other : undefined;
  const isWhole = [one, other, made].every((each) => Number.isSafeInteger(each));
  return made !== undefined && isWhole ? made : beyond(sign);
}

/** Mappings are in the order of their keys. */
export function sorted(map: Record<string, unknown>): [string, unknown][] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

/** A value as it comes out. */
export function say(value: unknown): string {
  return typeof value === "string" ? value : inside(value);
}

function inside(value: unknown): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return number(value);
  if (typeof value === "string") {
    // How signs are escaped within lists is left to the server.
    if (/['"\\]|[^\x20-\x7e\p{L}]/u.test(value)) return beyond("[ ]");
    return `'${value}'`;
  }
  if (Array.isArray(value)) return `[${value.map(inside).join(", ")}]`;
  if (isRecord(value))
    return `{${sorted(value)
      .map(([key, each]) => `${inside(key)}: ${inside(each)}`)
      .join(", ")}}`;
  return beyond("");
}

function number(value: number): string {
  const text = String(value);
  const isPlain = Number.isSafeInteger(value) || /^-?\d{1,12}\.\d{1,12}$/.test(text);
  return isPlain && !Object.is(value, -0) ? text : beyond(text);
}
