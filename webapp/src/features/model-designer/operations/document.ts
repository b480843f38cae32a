// An application's models as they are edited: the document of the text format, and where the boxes stand.

import type { Layout } from "@/api/types";
import { t } from "@/lib/i18n";
import { isRecord, type JsonRecord, textOf } from "@/lib/json";
import { Misplaced } from "@/lib/misplaced";
import { sameJson } from "@/lib/same-json";

export interface Field extends JsonRecord {
  /** Permanent, from the server; nothing as long as the server does not know it. */
  id?: string;
  name: string;
  type: string;
}

export interface Model extends JsonRecord {
  id?: string;
  name: string;
  fields: Field[];
}

/** A link from each record of `source` to one (`n-1`) or many (`n-n`) records of `target`. */
export interface Relation extends JsonRecord {
  id?: string;
  kind: string;
  source: string;
  target: string;
  /** What the source calls it, and what the target calls it. */
  name: string;
  inverse: string;
}

export interface ApplicationDocument extends JsonRecord {
  name: string;
  models: Model[];
  relationships: Relation[];
}

/** What is edited. Boxes are placed by the name of their model. */
export interface Draft {
  document: ApplicationDocument;
  layout: Layout;
}

/** A relation is known by the model that refers and by what that calls it. */
export interface RelationKey {
  source: string;
  name: string;
}

export function modelOf(document: ApplicationDocument, name: string): Model | undefined {
  return document.models.find((model) => model.name === name);
}

export function fieldOf(document: ApplicationDocument, model: string, name: string): Field | undefined {
  return modelOf(document, model)?.fields.find((field) => field.name === name);
}

export function relationOf(document: ApplicationDocument, key: RelationKey): Relation | undefined {
  return document.relationships.find((relation) => isRelation(relation, key));
}

export function isRelation(relation: RelationKey, key: RelationKey): boolean {
  return relation.source === key.source && relation.name === key.name;
}

/** Whether both models of a relation are there. */
export function isWhole(document: ApplicationDocument, { source, target }: Relation): boolean {
  return modelOf(document, source) !== undefined && modelOf(document, target) !== undefined;
}

/** The relations that begin or end at a model. */
export function relationsAt(document: ApplicationDocument, model: string): Relation[] {
  return document.relationships.filter(({ source, target }) => source === model || target === model);
}

/** Changes one model; the others stay the same objects. */
export function withModel(draft: Draft, name: string, change: (model: Model) => Model): Draft {
  const models = draft.document.models.map((model) => (model.name === name ? change(model) : model));
  return { ...draft, document: { ...draft.document, models } };
}

export function withRelations(draft: Draft, relationships: Relation[]): Draft {
  return { ...draft, document: { ...draft.document, relationships } };
}

/** Whether two drafts say the same; ids are the server's and say nothing that was edited. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return sameDocument(one.document, other.document) && sameJson(one.layout, other.layout);
}

export function sameDocument(one: ApplicationDocument, other: ApplicationDocument): boolean {
  return sameJson(withoutIds(one), withoutIds(other));
}

export function withoutIds(document: ApplicationDocument): ApplicationDocument {
  return {
    ...document,
    models: document.models.map((model) => ({
      ...withoutId(model),
      fields: model.fields.map(withoutId),
    })),
    relationships: document.relationships.map(withoutId),
  };
}

function withoutId<T extends { id?: string }>({ id: _, ...rest }: T): T {
  return rest as T;
}

/** Gives everything the id that `known` has for it under the same name, and takes away all other ids. */
export function withIdsOf(document: ApplicationDocument, known: ApplicationDocument): ApplicationDocument {
  return {
    ...document,
    models: document.models.map((model) => {
      const before = modelOf(known, model.name);
      const fields = model.fields.map((field) =>
        identified(
          field,
          before?.fields.find(({ name }) => name === field.name),
        ),
      );
      return identified({ ...model, fields }, before);
    }),
    relationships: document.relationships.map((relation) =>
      identified(relation, relationOf(known, relation)),
    ),
  };
}

function identified<T extends { id?: string }>(part: T, known: { id?: string } | undefined): T {
  const bare = withoutId(part);
  return known?.id === undefined ? bare : { id: known.id, ...bare };
}

/** Takes away ids that `known` does not have: nothing can be meant by them there. */
export function onlyIdsOf(document: ApplicationDocument, known: ApplicationDocument): ApplicationDocument {
  const parts = [...known.models.flatMap((model) => [model, ...model.fields]), ...known.relationships];
  const ids = new Set(parts.map((part) => part.id));
  const checked = <T extends { id?: string }>(part: T): T => (ids.has(part.id) ? part : withoutId(part));
  return {
    ...document,
    models: document.models.map((model) => ({ ...checked(model), fields: model.fields.map(checked) })),
    relationships: document.relationships.map(checked),
  };
}

/** Reads a document as people or the server write it into its one form; says what can't be edited. */
export function readDocument(written: unknown): ApplicationDocument | string {
  const document = readWritten(written);
  return document instanceof Misplaced ? document.message : document;
}

/** The same, with the place of what can't be edited. */
export function readWritten(written: unknown): ApplicationDocument | Misplaced {
  if (!isRecord(written)) return new Misplaced(t("A document is an object: it begins with `name: …`."), "");
  const models: Model[] = [];
  for (const [index, item] of listOf(written.models).entries()) {
    const place = `/models/${index}`;
    const model = readModel(item, place);
    if (model instanceof Misplaced) return model;
    if (models.some(({ name }) => name === model.name))
      return new Misplaced(
        t("There are two models with the name `{{name}}`.", { name: model.name }),
        `${place}/name`,
      );
    models.push(model);
  }
  const relationships: Relation[] = [];
  for (const [index, item] of listOf(written.relationships).entries()) {
    const place = `/relationships/${index}`;
    const relation = readRelation(item, place);
    if (relation instanceof Misplaced) return relation;
    if (relationships.some((known) => isRelation(known, relation)))
      return new Misplaced(
        t("`{{source}}` has two relations with the name `{{name}}`.", {
          source: relation.source,
          name: relation.name,
        }),
        `${place}/name`,
      );
    relationships.push(relation);
  }
  return { ...plain(written), name: textOf(written.name) ?? "", models, relationships };
}

/** Reads a model that stands at this place of what was written. */
export function readModel(written: unknown, place = ""): Model | Misplaced {
  if (!isRecord(written)) return new Misplaced(t("A model is an object with `name` and `fields`."), place);
  const name = textOf(written.name);
  if (!name) return new Misplaced(t("Every model needs a `name`."), `${place}/name`);
  const fields: Field[] = [];
  for (const [index, item] of listOf(written.fields).entries()) {
    const at = `${place}/fields/${index}`;
    if (!isRecord(item))
      return new Misplaced(t("A field of `{{name}}` is an object with `name` and `type`.", { name }), at);
    const field = textOf(item.name);
    const type = textOf(item.type);
    if (!field) return new Misplaced(t("Every field of `{{name}}` needs a `name`.", { name }), `${at}/name`);
    if (!type)
      return new Misplaced(
        t("The field `{{field}}` of `{{name}}` needs a `type`.", { field, name }),
        `${at}/type`,
      );
    if (fields.some((known) => known.name === field))
      return new Misplaced(t("`{{name}}` has two fields `{{field}}`.", { name, field }), `${at}/name`);
    fields.push({ ...plain(item), name: field, type });
  }
  return { ...plain(written), name, fields };
}

function readRelation(written: unknown, place: string): Relation | Misplaced {
  if (!isRecord(written))
    return new Misplaced(t("A relation is an object with `kind`, `source`, `name` and `target`."), place);
  const [source, target, name] = [textOf(written.source), textOf(written.target), textOf(written.name)];
  if (!source || !target) return new Misplaced(t("Every relation needs a `source` and a `target`."), place);
  if (!name)
    return new Misplaced(t("A relation of `{{source}}` needs a `name`.", { source }), `${place}/name`);
  const kind = textOf(written.kind) ?? "n-1";
  return { ...plain(written), kind, source, target, name, inverse: textOf(written.inverse) ?? source };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What says nothing is left out: the server writes it, and people mostly don't. */
function plain(record: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([key, value]) =>
        value !== null &&
        value !== undefined &&
        !(value === "" && (key === "label" || key === "description" || key === "id")) &&
        !(value === false && (key === "required" || key === "unique")),
    ),
  );
}
