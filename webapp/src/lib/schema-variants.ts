// A value that is one of several things: tagged variants as serde writes them, words beside a number, one or a list of them.
import { isRecord, type JsonRecord, textOf } from "./json";
import { sameJson } from "./same-json";
import type { Shape } from "./schema-field";

export interface Variant {
  /** What it is called; a type is said as `number`, and gets its words where it is shown. */
  name: string;
  by: "value" | "tag" | "key" | "type";
  help: string | undefined;
  /** What stands there once it is chosen; nothing where that would be made up. */
  start: unknown;
  /** The key below which its content lies. */
  within: string | undefined;
  /** What else there is to say. */
  shape: Shape | undefined;
  matches: (value: unknown) => boolean;
}

export interface VariantSource {
  resolve: (schema: JsonRecord) => JsonRecord;
  read: (schema: JsonRecord) => Shape;
  say: (text: string) => string;
}

/** Nothing where a value would not tell which of the ways it goes. */
export function unionOf(written: readonly JsonRecord[], source: VariantSource): Shape | undefined {
  const ways = written.map((way) => wayOf(way, source));
  const tag = tagOf(ways);
  const variants: Variant[] = [];
  for (const way of ways) {
    const values = valuesOf(way);
    const found = values
      ? values.map((value) => ofValue(value, helpOf(way, source)))
      : [tag === undefined ? ofKeyOrType(way, source) : ofTag(way, tag, source)];
    for (const variant of found) {
      if (variant === undefined) return undefined;
      variants.push(variant);
    }
  }
  const names = variants.map(({ by, name }) => (by === "type" ? by + name : name));
  if (new Set(names).size < names.length) return undefined;
  const takesObject = variants.some(({ by, name }) => by === "type" && name === "object");
  if (takesObject && variants.some(({ by }) => by === "tag" || by === "key")) return undefined;
  return scalarOf(variants) ?? { type: "variants", variants };
}

export function variantOf(variants: readonly Variant[], value: unknown): Variant | undefined {
  return variants.find(({ matches }) => matches(value));
}

/** Whether it may be text that is to become a number, or is not written yet. */
export function isOnTheWay({ by, shape }: Variant, value: unknown): boolean {
  if (by !== "type" || (shape?.type !== "number" && shape?.type !== "text")) return false;
  return value === undefined || (shape.type === "number" && typeof value === "string");
}

/** Whoever may write any text needs no choice before it, and its other words are text as well. */
function scalarOf(variants: readonly Variant[]): Shape | undefined {
  if (!variants.some(isText)) return undefined;
  const types = new Set(
    variants.map(({ by, start, shape }) => (by === "value" ? typeof start : shape?.type)),
  );
  if ([...types].every((type) => type === "string" || type === "text"))
    return { type: "text", multiline: false };
  const isScalar = [...types].every((type) => type === "string" || type === "text" || type === "number");
  return isScalar ? { type: "scalar" } : undefined;
}

export function isText({ by, name }: Variant): boolean {
  return by === "type" && name === "string";
}

/** Where the fields of a variant are referred to, its tag stands beside the reference. */
function wayOf(written: JsonRecord, { resolve }: VariantSource): JsonRecord {
  const target = resolve(written);
  if (target === written) return written;
  const { $ref: _, ...own } = written;
  if (!isRecord(own.properties)) return { ...target, ...pickText(own) };
  return {
    ...target,
    ...own,
    properties: { ...own.properties, ...propertiesOf(target) },
    required: [...requiredOf(own), ...requiredOf(target)],
  };
}

function pickText({ title, description }: JsonRecord): JsonRecord {
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

function propertiesOf({ properties }: JsonRecord): JsonRecord {
  return isRecord(properties) ? properties : {};
}

function requiredOf({ required }: JsonRecord): unknown[] {
  return Array.isArray(required) ? required : [];
}

/** The property that says by one word which of the objects it is. */
function tagOf(ways: readonly JsonRecord[]): string | undefined {
  const objects = ways.filter((way) => !valuesOf(way));
  const [first] = objects;
  if (!first || objects.length < 2) return undefined;
  return Object.keys(propertiesOf(first)).find((name) => {
    const words = objects.map((way) => tagWord(way, name));
    return words.every((word) => word !== undefined) && new Set(words).size === words.length;
  });
}

function tagWord(way: JsonRecord, name: string): string | undefined {
  const property = propertiesOf(way)[name];
  if (!isRecord(property) || !requiredOf(way).includes(name)) return undefined;
  const values = valuesOf(property);
  return values?.length === 1 ? textOf(values[0]) : undefined;
}

function valuesOf(schema: JsonRecord): unknown[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  return schema.type === "boolean" ? [true, false] : undefined;
}

function helpOf({ description }: JsonRecord, { say }: VariantSource): string | undefined {
  const text = textOf(description);
  return text === undefined ? undefined : say(text);
}

function ofValue(value: unknown, help: string | undefined): Variant {
  return {
    name: typeof value === "string" ? value : JSON.stringify(value),
    by: "value",
    help,
    start: value,
    within: undefined,
    shape: undefined,
    matches: (other) => sameJson(value, other),
  };
}

function ofTag(way: JsonRecord, tag: string, source: VariantSource): Variant | undefined {
  const word = tagWord(way, tag);
  if (word === undefined) return undefined;
  const { [tag]: _, ...others } = propertiesOf(way);
  const known = new Set([tag, ...Object.keys(others)]);
  const shape =
    known.size > 1 ? source.read({ ...way, description: undefined, properties: others }) : undefined;
  if (shape && shape.type !== "fields") return undefined;
  return {
    name: word,
    by: "tag",
    help: helpOf(way, source),
    start: { [tag]: word },
    within: undefined,
    shape,
    // What has no field would not be seen: then all of it is shown as it is.
    matches: (value) =>
      isRecord(value) && value[tag] === word && Object.keys(value).every((key) => known.has(key)),
  };
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  number: (value) => typeof value === "number",
  string: (value) => typeof value === "string",
  array: Array.isArray,
  object: isRecord,
};

const STARTS: Record<string, unknown> = { array: [], object: {} };

function ofKeyOrType(way: JsonRecord, source: VariantSource): Variant | undefined {
  const properties = Object.entries(propertiesOf(way));
  const [only] = properties;
  const help = helpOf(way, source);
  if (only && properties.length === 1 && requiredOf(way).includes(only[0])) {
    const [key, schema] = only;
    const shape = source.read(isRecord(schema) ? schema : {});
    return {
      name: key,
      by: "key",
      help,
      start: {
        [key]: shape.type === "fields" || shape.type === "map" ? {} : shape.type === "list" ? [] : "",
      },
      within: key,
      shape,
      matches: (value) => isRecord(value) && key in value && Object.keys(value).length === 1,
    };
  }
  const type = way.type === "integer" ? "number" : textOf(way.type);
  const matches = type === undefined ? undefined : TYPES[type];
  if (type === undefined || !matches) return undefined;
  return {
    name: type,
    by: "type",
    help,
    start: STARTS[type],
    within: undefined,
    shape: source.read(way),
    matches,
  };
}
