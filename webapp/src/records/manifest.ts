// What is known of the models whose records are shown: the manifest, with what a short one leaves out filled in.
import { isRecord, type JsonRecord } from "@/lib/json";

export type FieldType =
  | "text"
  | "long_text"
  | "integer"
  | "decimal"
  | "boolean"
  | "date"
  | "datetime"
  | "enum"
  | "email"
  | "json"
  | "uuid";

/** A bound of a number may be larger than a JavaScript number is exact for; it comes as a text or a bigint then. */
export type Bound = number | bigint | string;

export interface FieldOptions {
  min?: Bound | null;
  max?: Bound | null;
  precision?: number | null;
  scale?: number | null;
  values?: string[];
}

export interface Field {
  name: string;
  label: string;
  type: FieldType;
  options: FieldOptions;
  required: boolean;
  unique: boolean;
  default: unknown;
  /** What is sent where nothing was typed; null unless said. */
  blank?: unknown;
  help: string;
  readOnly: boolean;
  /** Shown nowhere: a change without it leaves it as it is. */
  writeOnly: boolean;
  /** What other fields of a record have to hold for this one to mean something. */
  onlyWhere: JsonRecord;
  hidden: boolean;
  /** Declared by the workspace: its value is written apart from the record's own fields. */
  extra: boolean;
  sort: boolean;
  filter: boolean;
}

export interface Relation {
  name: string;
  label: string;
  /** Under which the record carries the id, or the ids, of the other side. */
  key: string;
  target: string;
  many: boolean;
  required: boolean;
}

export interface Referrer {
  model: string;
  label: string;
  name: string;
  key: string;
}

export interface DeclaredView {
  name: string;
  label: string;
  columns: string[];
  filters: Record<string, string>;
  sort: string;
}

export interface Action {
  name: string;
  label: string;
  method: string;
  path: string;
  bulk: boolean;
  confirm: string | null;
  danger: boolean;
}

export interface Model {
  name: string;
  label: string;
  display: string | null;
  address: string;
  own: string;
  /** The method that changes a record. */
  changedBy: string;
  page: string | null;
  can: { create: boolean; update: boolean; delete: boolean };
  fields: Field[];
  /** The columns of a list until somebody chooses, where it is not left to their types. */
  columns?: readonly string[];
  relations: Relation[];
  referrers: Referrer[];
  views: DeclaredView[];
  actions: Action[];
  history: boolean;
}

export interface Manifest {
  name: string;
  label: string;
  version: string;
  models: Model[];
}

/** What every record is: an id, and values by the names of its fields. */
export type RecordData = JsonRecord & { id: string };

const TYPES: readonly string[] = [
  "text",
  "long_text",
  "integer",
  "decimal",
  "boolean",
  "date",
  "datetime",
  "enum",
  "email",
  "json",
  "uuid",
];

/** Reads a manifest of any age: unknown types are shown as text, and what is missing has its default. */
export function readManifest(json: unknown): Manifest {
  const from = isRecord(json) ? json : {};
  return {
    name: text(from.name),
    label: text(from.label),
    version: text(from.version),
    models: records(from.models).map(readModel),
  };
}

function readModel(from: JsonRecord): Model {
  const name = text(from.name);
  const address = text(from.address, `api/${encodeURIComponent(name)}`);
  const can = isRecord(from.can) ? from.can : {};
  return {
    name,
    label: text(from.label, name),
    display: text(from.display) || null,
    address,
    own: text(from.own, address),
    changedBy: text(from.changed_by, "PUT"),
    page: text(from.page) || null,
    can: { create: can.create !== false, update: can.update !== false, delete: can.delete !== false },
    fields: records(from.fields).map(readField),
    relations: records(from.relations).map(readRelation),
    referrers: records(from.referrers).map((each) => ({
      model: text(each.model),
      label: text(each.label),
      name: text(each.name),
      key: text(each.key),
    })),
    views: records(from.views).map(readView),
    actions: records(from.actions).map(readAction),
    history: from.history === true,
  };
}

function readField(from: JsonRecord): Field {
  const name = text(from.name);
  return {
    name,
    label: text(from.label, name),
    type: TYPES.includes(text(from.type)) ? (from.type as FieldType) : "text",
    options: isRecord(from.options) ? (from.options as FieldOptions) : {},
    required: from.required === true,
    unique: from.unique === true,
    default: from.default ?? null,
    blank: from.blank ?? null,
    help: text(from.help),
    readOnly: from.read_only === true,
    writeOnly: from.write_only === true,
    onlyWhere: isRecord(from.only_where) ? from.only_where : {},
    hidden: from.hidden === true,
    extra: from.extra === true,
    sort: from.sort !== false && from.type !== "json",
    filter: from.filter !== false,
  };
}

function readRelation(from: JsonRecord): Relation {
  const name = text(from.name);
  return {
    name,
    label: text(from.label, name),
    key: text(from.key, name),
    target: text(from.target),
    many: from.many === true,
    required: from.required === true,
  };
}

function readView(from: JsonRecord): DeclaredView {
  const filters = isRecord(from.filters) ? Object.entries(from.filters) : [];
  return {
    name: text(from.name),
    label: text(from.label, text(from.name)),
    columns: Array.isArray(from.columns) ? from.columns.filter((each) => typeof each === "string") : [],
    filters: Object.fromEntries(filters.map(([key, value]) => [key, String(value)])),
    sort: text(from.sort),
  };
}

function readAction(from: JsonRecord): Action {
  const name = text(from.name);
  return {
    name,
    label: text(from.label, name),
    method: text(from.method, "POST"),
    path: text(from.path),
    bulk: from.bulk === true,
    confirm: text(from.confirm) || null,
    danger: from.danger === true,
  };
}

function text(value: unknown, otherwise = ""): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

function records(value: unknown): JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function modelOf(manifest: Manifest, name: string): Model | undefined {
  return manifest.models.find((model) => model.name === name);
}

/** `/workflows/{id}` with the id of a record in its place. */
export function fill(path: string, id: string): string {
  return path.replaceAll("{id}", encodeURIComponent(id));
}
