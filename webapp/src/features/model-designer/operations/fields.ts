// Adding, removing, renaming and reordering the fields of a model.
import { t } from "@/lib/i18n";
import { type Draft, type Field, modelOf, withModel } from "./document";
import { unknownModel } from "./models";
import { type Applied, checkName, type Operation, Refusal } from "./operation";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export function applyAddField(draft: Draft, { model, field, at }: Of<"add_field">): Applied {
  const fields = [...fieldsOf(draft, model)];
  checkName(field.name);
  if (fields.some(({ name }) => name === field.name)) throw fieldTaken(model, field.name);
  fields.splice(at ?? fields.length, 0, field);
  return { draft: set(draft, model, fields), inverse: [{ op: "remove_field", model, field: field.name }] };
}

export function applyRemoveField(draft: Draft, { model, field: name }: Of<"remove_field">): Applied {
  const { field, at, fields } = find(draft, model, name);
  return {
    draft: set(
      draft,
      model,
      fields.filter((each) => each !== field),
    ),
    inverse: [{ op: "add_field", model, field, at }],
  };
}

export function applyRenameField(draft: Draft, { model, field: name, to }: Of<"rename_field">): Applied {
  const { field, fields } = find(draft, model, name);
  if (name === to) return { draft, inverse: [] };
  checkName(to);
  if (fields.some((each) => each.name === to)) throw fieldTaken(model, to);
  return {
    draft: set(
      draft,
      model,
      fields.map((each) => (each === field ? { ...field, name: to } : each)),
    ),
    inverse: [{ op: "rename_field", model, field: to, to: name }],
  };
}

export function applyMoveField(draft: Draft, { model, field: name, at: to }: Of<"move_field">): Applied {
  const { field, at, fields } = find(draft, model, name);
  const others = fields.filter((each) => each !== field);
  const place = Math.min(Math.max(0, to), others.length);
  if (place === at) return { draft, inverse: [] };
  others.splice(place, 0, field);
  return { draft: set(draft, model, others), inverse: [{ op: "move_field", model, field: name, at }] };
}

function set(draft: Draft, model: string, fields: Field[]): Draft {
  return withModel(draft, model, (each) => ({ ...each, fields }));
}

function fieldsOf(draft: Draft, model: string): readonly Field[] {
  const found = modelOf(draft.document, model);
  if (!found) throw unknownModel(model);
  return found.fields;
}

function find(draft: Draft, model: string, name: string) {
  const fields = fieldsOf(draft, model);
  const at = fields.findIndex((field) => field.name === name);
  const field = fields[at];
  if (!field) throw unknownField(model, name);
  return { field, at, fields };
}

export function unknownField(model: string, name: string): Refusal {
  return new Refusal("unknown_field", t("`{{model}}` has no field `{{name}}`.", { model, name }));
}

function fieldTaken(model: string, name: string): Refusal {
  return new Refusal("name_taken", t("`{{model}}` already has a field `{{name}}`.", { model, name }));
}
