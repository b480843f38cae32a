// What of somebody else's changes of models is replaced once one's own edits are put on top of them. Pure.
import { type Compared, type Overwritten, overwrittenOf } from "@/lib/overwritten";
import {
  type ApplicationDocument,
  fieldOf,
  type Model,
  modelOf,
  relationOf,
  withoutIds,
} from "./operations/document";
import type { Operation, Target } from "./operations/operation";

interface Sides {
  /** What both began with. */
  base: ApplicationDocument;
  theirs: ApplicationDocument;
  /** Theirs with one's own edits on top, and those edits. */
  merged: ApplicationDocument;
  operations: readonly Operation[];
}

export function overwritten({ operations, ...sides }: Sides): Overwritten<Target>[] {
  const base = withoutIds(sides.base);
  const theirs = withoutIds(sides.theirs);
  const merged = withoutIds(sides.merged);
  const application = { base: ownOf(base), theirs: ownOf(theirs), merged: ownOf(merged) };
  const things: Compared<Target>[] = [{ of: {}, ...application }];
  const add = (of: Target, partIn: (document: ApplicationDocument, of: Target) => unknown) =>
    things.push({
      of,
      base: partIn(base, of),
      theirs: partIn(theirs, of),
      merged: partIn(merged, nameNow(of, operations)),
    });
  for (const { name, fields } of base.models) {
    const of = { model: name };
    const isGone = !modelIn(merged, nameNow(of, operations));
    // Of one that is gone here, whatever they did to it or its fields goes with it, and is told once.
    add(of, isGone ? modelIn : settingsIn);
    if (!isGone) for (const field of fields) add({ model: name, field: field.name }, fieldIn);
  }
  for (const { source, name } of base.relationships) add({ relation: { source, name } }, relationIn);
  return overwrittenOf(things);
}

function ownOf({ models: _, relationships: __, ...settings }: ApplicationDocument) {
  return settings;
}

function modelIn(document: ApplicationDocument, { model = "" }: Target): Model | undefined {
  return modelOf(document, model);
}

function settingsIn(document: ApplicationDocument, of: Target): unknown {
  const { fields: _, ...settings } = modelIn(document, of) ?? { fields: [] };
  return modelIn(document, of) && settings;
}

function fieldIn(document: ApplicationDocument, { model = "", field = "" }: Target): unknown {
  return fieldOf(document, model, field);
}

function relationIn(document: ApplicationDocument, { relation }: Target): unknown {
  return relation && relationOf(document, relation);
}

/** What it is called once these have been done. */
function nameNow(of: Target, operations: readonly Operation[]): Target {
  return operations.reduce(renamed, of);
}

function renamed(of: Target, each: Operation): Target {
  const { model, field, relation } = of;
  if (each.op === "rename_model") {
    if (relation?.source === each.model) return { relation: { ...relation, source: each.to } };
    return model === each.model ? { ...of, model: each.to } : of;
  }
  if (each.op === "rename_field")
    return model === each.model && field === each.field ? { model, field: each.to } : of;
  if (each.op === "rename_relation")
    return relation?.source === each.source && relation.name === each.name
      ? { relation: { ...relation, name: each.to } }
      : of;
  return of;
}
