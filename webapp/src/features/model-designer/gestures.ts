// What people do on the canvas and in its forms, as operations: names that are free, and settings that follow each other.
import { canBeUnique, type Option, optionsOf } from "./field-types";
import {
  type ApplicationDocument,
  type Draft,
  type Field,
  type Model,
  modelOf,
  type Relation,
  type RelationKey,
  relationOf,
} from "./operations/document";
import type { Operation } from "./operations/operation";

const LONGEST_NAME = 48;

/** The name itself, or with the lowest number that makes it free. */
export function freeName(wish: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wish)) return wish;
  for (let number = 2; ; number++) {
    const end = `_${number}`;
    const name = wish.slice(0, LONGEST_NAME - end.length) + end;
    if (!taken.has(name)) return name;
  }
}

/** A model is nothing without a field, so it comes with one. */
export function newModel(document: ApplicationDocument): Model {
  const taken = new Set(document.models.map(({ name }) => name));
  return {
    name: freeName("new_model", taken),
    fields: [{ name: "name", type: "text", required: true }],
  };
}

export function newField(document: ApplicationDocument, model: string): Field {
  return { name: freeName("new_field", takenIn(document, model)), type: "text" };
}

export function copyOfModel(document: ApplicationDocument, model: Model): Model {
  const taken = new Set(document.models.map(({ name }) => name));
  const { id: _, ...copy } = model;
  return {
    ...copy,
    name: freeName(model.name, taken),
    fields: model.fields.map(({ id: __, ...field }) => field as Field),
  };
}

/** Everything that a model has under a name: fields, relations seen from either end, and the columns of those. */
export function takenIn(document: ApplicationDocument, model: string): Set<string> {
  const taken = new Set(modelOf(document, model)?.fields.map(({ name }) => name));
  for (const relation of document.relationships) {
    if (relation.source === model) {
      taken.add(relation.name);
      if (relation.kind === "n-1") taken.add(`${relation.name}_id`);
    }
    if (relation.target === model) taken.add(relation.inverse);
  }
  return taken;
}

/** A relation from one model to another: each of the first has one of the second, until somebody says otherwise. */
export function newRelation(document: ApplicationDocument, source: string, target: string): Relation {
  const inSource = takenIn(document, source);
  let name = freeName(singular(target), inSource);
  while (inSource.has(`${name}_id`)) name = freeName(singular(target), inSource.add(name));
  const inTarget = takenIn(document, target);
  if (source === target) inTarget.add(name).add(`${name}_id`);
  return { kind: "n-1", source, name, target, inverse: freeName(source, inTarget) };
}

/** Names of models are plurals; one record of them is called by less. */
export function singular(name: string): string {
  if (/[^aeiou]ies$/.test(name)) return `${name.slice(0, -3)}y`;
  if (/(s|x|z|ch|sh)es$/.test(name)) return name.slice(0, -2);
  return /[^s]s$/.test(name) && name.length > 2 ? name.slice(0, -1) : name;
}

/** How a relation looks from its source; the format itself knows two kinds, and from which end one begins. */
export type Shape = "many-to-one" | "one-to-many" | "many-to-many";

/** Gives a relation another shape as seen from its source; one to many is many to one from the other end. */
export function reshape(relation: Relation, shape: Shape): { operations: Operation[]; key: RelationKey } {
  const { source, name, target, inverse } = relation;
  const of = { relation: { source, name } };
  if (shape === "many-to-many") {
    const operations: Operation[] = [{ op: "set", of, key: "kind", value: "n-n" }];
    if (relation.required !== undefined) operations.push({ op: "set", of, key: "required" });
    if (relation.on_delete === "set_null") operations.push({ op: "set", of, key: "on_delete" });
    return { operations, key: { source, name } };
  }
  if (shape === "many-to-one")
    return { operations: [{ op: "set", of, key: "kind", value: "n-1" }], key: { source, name } };
  // A link at the other end is another one: nothing that was stored goes along, so it has no id yet.
  const { id: _, label: __, required: ___, ...rest } = relation;
  const turned: Relation = {
    ...rest,
    kind: "n-1",
    source: target,
    name: inverse,
    target: source,
    inverse: name,
  };
  return {
    operations: [
      { op: "unrelate", source, name },
      { op: "relate", relation: turned },
    ],
    key: { source: target, name: inverse },
  };
}

/** Another type for a field; what means nothing for it goes. */
export function retype(model: string, field: Field, type: string): Operation[] {
  const of = { model, field: field.name };
  const kept = optionsOf(type);
  const all: Option[] = ["min", "max", "values", "precision", "scale"];
  const isBoundOfOther = (option: Option) =>
    (option === "min" || option === "max") && family(type) !== family(field.type);
  const gone: string[] = all.filter(
    (option) => field[option] !== undefined && (!kept.includes(option) || isBoundOfOther(option)),
  );
  if (field.default !== undefined && family(type) !== family(field.type)) gone.push("default");
  if (field.unique !== undefined && !canBeUnique(type)) gone.push("unique");
  const operations: Operation[] = [{ op: "set", of, key: "type", value: type }];
  for (const key of gone) operations.push({ op: "set", of, key });
  if (type === "decimal" && field.precision === undefined)
    operations.push(
      { op: "set", of, key: "precision", value: 10 },
      { op: "set", of, key: "scale", value: 2 },
    );
  if (type === "enum" && field.values === undefined)
    operations.push({ op: "set", of, key: "values", value: ["first", "second"] });
  return operations;
}

/** Types whose bounds and defaults mean the same. */
function family(type: string): string {
  if (type === "text" || type === "long_text") return "text";
  return type === "integer" || type === "decimal" ? "number" : type;
}

export function removeChosen(
  draft: Draft,
  models: readonly string[],
  field: string | null,
  relation: RelationKey | null,
): Operation[] {
  if (relation) return relationOf(draft.document, relation) ? [{ op: "unrelate", ...relation }] : [];
  const [model] = models;
  if (field !== null && model !== undefined) return [{ op: "remove_field", model, field }];
  return models.map((name) => ({ op: "remove_model", model: name }));
}
