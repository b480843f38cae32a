// What is typed into a form, between a record and the document that is sent: what nobody touched stays what it was.
import type { Field, Model, RecordData, Relation } from "./manifest";
import { readText } from "./rules";
import { fromWall, toWall } from "./zone";

/** Texts of inputs by key; for a relation the ids that are chosen. */
export type Draft = Record<string, string | string[]>;

export interface Outcome {
  document: Record<string, unknown>;
  faults: Record<string, string>;
}

/** What a form of this record, or of a new one, asks for. */
export function writableFields(model: Model, record: RecordData | null = null): Field[] {
  const writable = model.fields.filter(({ readOnly }) => !readOnly);
  if (record === null) return writable;
  const isMeant = ({ onlyWhere }: Field) =>
    Object.entries(onlyWhere).every(([name, value]) => record[name] === value);
  // What nobody is shown stays as it is where nothing is typed.
  return writable.filter(isMeant).map((field) => (field.writeOnly ? { ...field, required: false } : field));
}

/** The form of a record, or of a new one with its defaults and what the link to the form has chosen already. */
export function draftOf(
  model: Model,
  record: RecordData | null,
  { zone, preset }: { zone?: string; preset?: URLSearchParams } = {},
): Draft {
  const draft: Draft = {};
  for (const field of writableFields(model, record)) {
    const preset0 = record ? null : (preset?.get(field.name) ?? null);
    draft[field.name] = preset0 ?? textOf(field, record ? record[field.name] : field.default, zone);
  }
  for (const { key } of model.relations) {
    draft[key] = record ? idsOf(record[key]) : (preset?.getAll(key) ?? []);
  }
  return draft;
}

export function idsOf(value: unknown): string[] {
  return [value].flat().filter((id): id is string => typeof id === "string" && id !== "");
}

function textOf(field: Field, value: unknown, zone: string | undefined): string {
  // What must be true or false is a box to tick, and a box is never without a value.
  if (field.type === "boolean")
    return value === null || value === undefined ? (field.required ? "false" : "") : String(value);
  if (value === null || value === undefined) return "";
  if (field.type === "json")
    return JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? Number(each) : each), 2);
  if (field.type === "datetime") return toWall(String(value), zone);
  return String(value);
}

/** What is sent, and what is wrong with it; the record is the one that the form began with. */
export function readDraft(model: Model, draft: Draft, record: RecordData | null, zone?: string): Outcome {
  const document: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  const begun = draftOf(model, record, { zone });
  for (const field of writableFields(model, record)) {
    const text = String(draft[field.name] ?? "");
    if (record && field.writeOnly && text === "") continue;
    const before = record?.[field.name];
    if (record && text === begun[field.name] && before !== undefined) {
      document[field.name] = before;
      if (field.required && (before === null || before === "")) faults[field.name] = "is required";
      continue;
    }
    const outcome = readText(field, field.type === "datetime" ? momentOf(text, zone) : text);
    if ("fault" in outcome) faults[field.name] = outcome.fault;
    else document[field.name] = outcome.value;
  }
  for (const relation of model.relations) readRelation(relation, draft, document, faults);
  return { document, faults };
}

function readRelation(
  relation: Relation,
  draft: Draft,
  document: Record<string, unknown>,
  faults: Record<string, string>,
) {
  const ids = idsOf(draft[relation.key]);
  document[relation.key] = relation.many ? ids : (ids[0] ?? null);
  if (!relation.many && relation.required && ids.length === 0) faults[relation.key] = "is required";
}

function momentOf(wall: string, zone: string | undefined): string {
  return wall === "" ? "" : (fromWall(wall, zone) ?? wall);
}

/** The keys whose input differs from what the form began with. */
export function changedKeys(draft: Draft, begun: Draft): string[] {
  return Object.keys(draft).filter((key) => JSON.stringify(draft[key]) !== JSON.stringify(begun[key] ?? ""));
}
