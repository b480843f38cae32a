// The operations that turn one draft into another: what was typed as text becomes edits like any others.
import { sameJson } from "@/lib/same-json";
import { apply } from "./apply";
import {
  type Draft,
  type Field,
  isRelation,
  type Model,
  modelOf,
  type Relation,
  sameDraft,
} from "./document";
import type { Operation, Target } from "./operation";

/**
 * Where single operations do not lead there, one that replaces everything does. Things under another name are the same if
 * they have the same id; in a text, which has none, also if they stand at the same place.
 */
export function operationsBetween(before: Draft, after: Draft, isText = false): Operation[] {
  if (sameDraft(before, after)) return [];
  const way = new Way(before, isText);
  try {
    way.models(after);
    way.relations(after);
    way.settings({}, way.at.document, after.document, ["models", "relationships"]);
    way.places(after);
    if (sameDraft(way.at, after)) return way.operations;
  } catch {
    // An order of steps in which one is refused is no way to go.
  }
  return [{ op: "replace", draft: after }];
}

class Way {
  readonly operations: Operation[] = [];

  constructor(
    public at: Draft,
    private readonly isText: boolean,
  ) {}

  models(after: Draft): void {
    const { models } = after.document;
    for (const [old, next] of renamed(this.at.document.models, models, this.isText && isStillThisModel))
      this.go({ op: "rename_model", model: old.name, to: next.name });
    for (const { name } of this.at.document.models)
      if (!modelOf(after.document, name)) this.go({ op: "remove_model", model: name });
    for (const [at, model] of models.entries()) {
      const known = modelOf(this.at.document, model.name);
      const place = after.layout[model.name];
      if (!known) this.go({ op: "add_model", model, at, ...(place && { place }) });
      else {
        this.settings({ model: model.name }, known, model, ["id", "name", "fields"]);
        this.fields(model);
      }
    }
  }

  relations(after: Draft): void {
    const { relationships } = after.document;
    for (const [old, next] of renamed(
      this.at.document.relationships,
      relationships,
      this.isText && isStillThisRelation,
    ))
      this.go({ op: "rename_relation", source: old.source, name: old.name, to: next.name });
    for (const relation of this.at.document.relationships) {
      const { source, name } = relation;
      if (!relationships.some((next) => isRelation(next, relation)))
        this.go({ op: "unrelate", source, name });
    }
    for (const [at, relation] of relationships.entries()) {
      const known = this.at.document.relationships.find((each) => isRelation(each, relation));
      if (!known) this.go({ op: "relate", relation, at });
      else {
        const { source, name } = relation;
        this.settings({ relation: { source, name } }, known, relation, ["id", "source", "name"]);
      }
    }
  }

  settings(of: Target, old: object, next: object, others: readonly string[]): void {
    const [before, after] = [new Map(Object.entries(old)), new Map(Object.entries(next))];
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      if (others.includes(key) || sameJson(before.get(key), after.get(key))) continue;
      const value: unknown = after.get(key);
      this.go({ op: "set", of, key, ...(value !== undefined && { value }) });
    }
  }

  places(after: Draft): void {
    const places: Extract<Operation, { op: "move" }>["places"] = {};
    for (const { name } of after.document.models) {
      const [now, next] = [this.at.layout[name], after.layout[name]];
      if (!sameJson(now, next)) places[name] = next ?? null;
    }
    if (Object.keys(places).length > 0) this.go({ op: "move", places });
  }

  private fields(model: Model): void {
    const present = () => modelOf(this.at.document, model.name)?.fields ?? [];
    for (const [old, next] of renamed(present(), model.fields, this.isText && isStillThisField))
      this.go({ op: "rename_field", model: model.name, field: old.name, to: next.name });
    const wanted = new Set(model.fields.map((field) => field.name));
    for (const { name } of present())
      if (!wanted.has(name)) this.go({ op: "remove_field", model: model.name, field: name });
    for (const [at, field] of model.fields.entries()) {
      const now = present();
      const known = now.find(({ name }) => name === field.name);
      if (!known) this.go({ op: "add_field", model: model.name, field, at });
      else {
        if (now[at] !== known) this.go({ op: "move_field", model: model.name, field: field.name, at });
        this.settings({ model: model.name, field: field.name }, known, field, ["id", "name"]);
      }
    }
  }

  private go(operation: Operation): void {
    this.at = apply(this.at, operation).draft;
    this.operations.push(operation);
  }
}

/**
 * What is the same thing under another name: it has the same id, or stands at the same place and is otherwise much alike.
 * In a text that is all there is to tell a new name from a removal, which would lose what the thing holds.
 */
function renamed<T extends { id?: string; name: string; source?: string }>(
  before: readonly T[],
  after: readonly T[],
  isStill: false | ((old: T, next: T) => boolean),
): [T, T][] {
  const same = (one: T, other: T) => one.name === other.name && one.source === other.source;
  const pairs: [T, T][] = [];
  const came = after.filter((next) => !before.some((old) => same(old, next)));
  for (const next of came) {
    const gone = (old: T) => !after.some((each) => same(old, each)) && !pairs.some(([each]) => each === old);
    const byId = before.find((old) => old.id !== undefined && old.id === next.id && gone(old));
    const there = before[after.indexOf(next)];
    // Two ids are two things, wherever they stand.
    const mayBe = there?.id === undefined || next.id === undefined;
    const byPlace =
      isStill && before.length === after.length && mayBe && there && gone(there) && isStill(there, next);
    const old = byId ?? (byPlace ? there : undefined);
    if (old) pairs.push([old, next]);
  }
  return pairs;
}

function isStillThisModel(old: Model, next: Model): boolean {
  const names = new Set(old.fields.map((field) => field.name));
  const kept = next.fields.filter((field) => names.has(field.name)).length;
  return kept * 2 >= Math.max(old.fields.length, next.fields.length);
}

function isStillThisField(old: Field, next: Field): boolean {
  return old.type === next.type;
}

function isStillThisRelation(old: Relation, next: Relation): boolean {
  return old.source === next.source && old.target === next.target;
}
