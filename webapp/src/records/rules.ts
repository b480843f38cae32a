// The rules of a field, told in the words of the server that keeps them too (validate.rs, value.rs of the runtime).
import type { Bound, Field, FieldOptions } from "./manifest";

export type Read = { value: unknown } | { fault: string };

const UUID = /^(?:urn:uuid:)?\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;

/** Gives a text of an input the type of its field, and checks what the field asks of it. Nothing typed is null, or what is said to stand for it. */
export function readText(field: Field, text: string): Read {
  if (text === "") return field.required ? { fault: "is required" } : { value: field.blank ?? null };
  if (text.includes("\0")) return { fault: "must not contain the character U+0000" };
  switch (field.type) {
    case "text":
    case "long_text":
      return readLength(field.options, text);
    case "integer":
      return readInteger(field.options, text.trim());
    case "decimal":
      return readDecimal(field.options, text.trim());
    case "date":
      return isDate(text) ? within(field.options, text) : { fault: 'must be a date, such as "2026-05-17"' };
    case "datetime":
      return readMoment(field.options, text);
    case "enum": {
      const values = field.options.values ?? [];
      return values.includes(text) ? { value: text } : { fault: `must be one of ${values.join(", ")}` };
    }
    case "email":
      return isEmail(text) ? { value: text } : { fault: "must be an e-mail address" };
    case "uuid":
      return UUID.test(text.trim()) ? { value: text.trim() } : { fault: "must be a UUID" };
    case "boolean":
      return text === "true" || text === "false"
        ? { value: text === "true" }
        : { fault: "must be true or false" };
    case "json":
      return readJson(text);
  }
}

function readLength({ min, max }: FieldOptions, text: string): Read {
  const length = [...text].length;
  if (isBound(min) && length < Number(min)) return { fault: `must have at least ${min} characters` };
  if (isBound(max) && length > Number(max)) return { fault: `must have at most ${max} characters` };
  return { value: text };
}

function readInteger({ min, max }: FieldOptions, text: string): Read {
  if (!/^[+-]?\d+$/.test(text)) return { fault: "must be a whole number" };
  const number = BigInt(text.replace(/^\+/, ""));
  if (number < -(2n ** 63n) || number >= 2n ** 63n) return { fault: "must be a whole number" };
  if (isWhole(min) && number < BigInt(min)) return { fault: `must be at least ${min}` };
  if (isWhole(max) && number > BigInt(max)) return { fault: `must be at most ${max}` };
  const plain = Number(number);
  return { value: Number.isSafeInteger(plain) ? plain : number };
}

/** Exactly, as the server does: digits are compared as digits. A comma is taken for the point it stands for. */
function readDecimal({ min, max, scale, precision }: FieldOptions, text: string): Read {
  const match = /^(-?)(\d+)(?:[.,](\d+))?$/.exec(text);
  if (!match) return { fault: 'must be a decimal number, such as "12.50"' };
  const [, sign = "", whole = "", fraction = ""] = match;
  const places = scale ?? 0;
  if (fraction.replace(/0+$/, "").length > places)
    return { fault: `must have at most ${places} digits after the point` };
  if (typeof precision === "number" && whole.replace(/^0+/, "").length > precision - places)
    return { fault: `must have at most ${precision - places} digits before the point` };
  const value = `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
  const scaled = scale10(value, places);
  const lowest = isBound(min) ? scale10(String(min), places) : null;
  const highest = isBound(max) ? scale10(String(max), places) : null;
  if (scaled !== null && lowest !== null && scaled < lowest) return { fault: `must be at least ${min}` };
  if (scaled !== null && highest !== null && scaled > highest) return { fault: `must be at most ${max}` };
  return { value };
}

function scale10(text: string, places: number): bigint | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return null;
  const digits = `${match[2]}${(match[3] ?? "").slice(0, places).padEnd(places, "0")}`;
  return BigInt(digits) * (match[1] === "-" ? -1n : 1n);
}

function readMoment({ min, max }: FieldOptions, text: string): Read {
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/(Z|[+-]\d\d:\d\d)$/i.test(text))
    return { fault: 'must be a time, such as "2026-05-17T09:30:00Z"' };
  if (isBound(min) && at < Date.parse(String(min))) return { fault: `must be at least ${min}` };
  if (isBound(max) && at > Date.parse(String(max))) return { fault: `must be at most ${max}` };
  return { value: text };
}

function within({ min, max }: FieldOptions, text: string): Read {
  if (isBound(min) && text < String(min)) return { fault: `must be at least ${min}` };
  if (isBound(max) && text > String(max)) return { fault: `must be at most ${max}` };
  return { value: text };
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith("0000")) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function isEmail(text: string): boolean {
  return [...text].length <= 254 && /^[^@ ]+@[^@ ]+$/.test(text);
}

function readJson(text: string): Read {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: jsonFault(text, String(error)) };
  }
}

/** What a browser says of it is its own affair, in its own language: only the place is taken from there. */
function jsonFault(text: string, said: string): string {
  // Mostly somebody just means a text.
  if (!/^[{["]|\n|^$/.test(text.trim())) {
    const meant = text.trim().replace(/^'(.*)'$/, "$1");
    const short = meant.length > 40 ? `${meant.slice(0, 40)}…` : meant;
    return `is not JSON: put a text in quotation marks, such as ${JSON.stringify(short)}`;
  }
  const [, line, column] =
    /line (\d+) column (\d+)/.exec(said) ?? placeAt(text, / at position (\d+)/.exec(said)?.[1]);
  if (line !== undefined) return `is not JSON: look at line ${line}, character ${column}`;
  const token = /[Uu]nexpected token '?(.)'?/.exec(said)?.[1];
  return token === undefined
    ? "is not JSON: it ends too early"
    : `is not JSON: ${token} stands where it can't`;
}

function placeAt(text: string, position: string | undefined): [string, string?, string?] {
  if (position === undefined) return [""];
  const lines = text.slice(0, Number(position)).split("\n");
  return ["", String(lines.length), String((lines.at(-1) ?? "").length + 1)];
}

function isBound(bound: Bound | null | undefined): bound is Bound {
  return bound !== null && bound !== undefined && bound !== "";
}

/** A limit that a JavaScript number has rounded is left to the server. */
function isWhole(bound: Bound | null | undefined): bound is Bound {
  if (!isBound(bound)) return false;
  return typeof bound === "number" ? Number.isSafeInteger(bound) : /^-?\d+$/.test(String(bound));
}
