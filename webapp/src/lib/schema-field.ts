// Reads a JSON Schema into fields that a form can show; what a form can't say in fields stays JSON.
import { isRecord, type JsonRecord, textOf } from "./json";
import { unionOf, type Variant } from "./schema-variants";

export type Shape =
  | { type: "text"; multiline: boolean }
  | { type: "code" }
  /** The name of a workflow. */
  | { type: "workflow" }
  | { type: "number"; integer: boolean }
  | { type: "switch" }
  | { type: "choice"; options: { value: unknown; help: string | undefined }[] }
  | { type: "fields"; fields: SchemaField[] }
  | { type: "map"; values: Shape }
  | { type: "list"; items: Shape }
  /** One of several things that differ in what else is said of them. */
  | { type: "variants"; variants: Variant[] }
  /** A number or a text, whichever it looks like. */
  | { type: "scalar" }
  | { type: "any" };

export interface SchemaField {
  name: string;
  label: string;
  help: string | undefined;
  required: boolean;
  /** What holds when it is left out. */
  fallback: unknown;
  shape: Shape;
}

/** Schemas may speak of themselves; deeper than anyone would fill in by hand they are JSON. */
const DEEPEST = 4;

/** What references within a schema lead to, and how its texts are said. */
interface Source {
  root: JsonRecord;
  say: (text: string) => string;
}

/** `scripts` are the fields that hold a whole script; `say` gives its texts in the language of whoever reads. */
export function readFields(
  schema: unknown,
  scripts: readonly string[] = [],
  say: Source["say"] = (text) => text,
): SchemaField[] {
  const root = isRecord(schema) ? schema : {};
  return fieldsOf(root, { root, say }, 0, scripts);
}

function fieldsOf(schema: JsonRecord, source: Source, depth: number, scripts: readonly string[]) {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, written]): SchemaField => {
    const own = isRecord(written) ? written : {};
    const target = resolved(own, source.root);
    return {
      name,
      label: said(own.title, source) ?? name,
      help: said(own.description, source) ?? said(target.description, source),
      required: required.includes(name),
      fallback: own.default ?? target.default,
      shape: scripts.includes(name) ? { type: "code" } : shapeOf(own, source, depth),
    };
  });
}

function said(text: unknown, { say }: Source): string | undefined {
  const written = textOf(text);
  return written === undefined ? undefined : say(written);
}

function shapeOf(written: JsonRecord, source: Source, depth: number): Shape {
  const schema = resolved(written, source.root);
  const choices = choicesOf(schema, source);
  if (choices) return { type: "choice", options: choices };
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== "null") : [schema.type];
  const ways = types.length > 1 ? types.map((type) => ({ ...schema, type })) : unionIn(schema, source, depth);
  if (ways && ways.length > 1 && depth < DEEPEST)
    return (
      unionOf(ways, {
        resolve: (way) => resolved(way, source.root),
        read: (way) => shapeOf(way, source, depth + 1),
        say: source.say,
      }) ?? { type: "any" }
    );
  if (types.length !== 1) return { type: "any" };
  switch (types[0]) {
    case "string":
      if (schema.format === "workflow") return { type: "workflow" };
      return { type: "text", multiline: isLong(schema) };
    case "integer":
    case "number":
      return { type: "number", integer: types[0] === "integer" };
    case "boolean":
      return { type: "switch" };
    case "array":
      return listOf(schema, source, depth);
    case "object":
      return objectOf(schema, source, depth);
    default:
      return { type: "any" };
  }
}

function listOf(schema: JsonRecord, source: Source, depth: number): Shape {
  if (!isRecord(schema.items) || depth >= DEEPEST) return { type: "any" };
  const items = withoutVariants(shapeOf(schema.items, source, depth + 1));
  const isFlat = items.type === "fields" && items.fields.every(({ shape }) => isPlain(shape));
  const isSmall = ["text", "number", "choice", "scalar"].includes(items.type);
  return isSmall || isFlat ? { type: "list", items } : { type: "any" };
}

/** An item is known by its place alone, which is too little to keep what was typed in the variant that it had before. */
function withoutVariants(items: Shape): Shape {
  if (items.type !== "fields") return items;
  const fields = items.fields.map((field): SchemaField => {
    return field.shape.type === "variants" ? { ...field, shape: { type: "any" } } : field;
  });
  return { type: "fields", fields };
}

/** One control says it all. */
function isPlain({ type }: Shape): boolean {
  return type !== "fields" && type !== "map" && type !== "list";
}

function objectOf(schema: JsonRecord, source: Source, depth: number): Shape {
  if (depth >= DEEPEST) return { type: "any" };
  if (isRecord(schema.properties) && Object.keys(schema.properties).length > 0)
    return { type: "fields", fields: fieldsOf(schema, source, depth + 1, []) };
  const values = schema.additionalProperties;
  if (values === false) return { type: "any" };
  const shape: Shape = isRecord(values) ? shapeOf(values, source, depth + 1) : { type: "any" };
  return shape.type === "text" || shape.type === "any" ? { type: "map", values: shape } : { type: "any" };
}

/** Follows a reference, and takes away what only says that null is allowed too. */
function resolved(schema: JsonRecord, root: JsonRecord): JsonRecord {
  let at = schema;
  for (let steps = 0; steps < 8; steps++) {
    const reference = textOf(at.$ref);
    const ways = alternatives(at);
    const only = ways?.length === 1 ? ways[0] : undefined;
    if (reference?.startsWith("#/$defs/") && isRecord(root.$defs)) {
      const target = root.$defs[reference.slice("#/$defs/".length)];
      if (!isRecord(target)) return at;
      at = target;
    } else if (only) at = only;
    else return at;
  }
  return at;
}

function alternatives(schema: JsonRecord): JsonRecord[] | undefined {
  const ways = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray);
  return ways?.filter(isRecord).filter((way) => way.type !== "null");
}

/** A way that is a choice itself adds its own. What comes beside common properties, or holds all at once, is no choice. */
function unionIn(schema: JsonRecord, source: Source, depth: number): JsonRecord[] | undefined {
  if (isRecord(schema.properties) || schema.allOf !== undefined || depth >= DEEPEST) return undefined;
  return alternatives(schema)?.flatMap(
    (way) => unionIn(resolved(way, source.root), source, depth + 1) ?? [way],
  );
}

function choicesOf(schema: JsonRecord, source: Source) {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => ({ value, help: undefined }));
  const ways = alternatives(schema)?.map((way) => resolved(way, source.root));
  if (!ways || ways.length === 0) return undefined;
  const options = ways.flatMap((way) => {
    if (Array.isArray(way.enum))
      return way.enum.map((value) => ({ value, help: said(way.description, source) }));
    return way.const !== undefined
      ? [{ value: way.const, help: said(way.description, source) }]
      : [undefined];
  });
  return options.every((option) => option !== undefined) ? options : undefined;
}

function isLong(schema: JsonRecord): boolean {
  return schema.format === "multiline" || schema.format === "textarea" || schema.format === "rhai";
}
