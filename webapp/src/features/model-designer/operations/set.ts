// Setting one thing of a field, a model, a relation or the application; names and lists have operations of their own.
import { t } from "@/lib/i18n";
import type { JsonRecord } from "@/lib/json";
import { type Draft, fieldOf, isRelation, modelOf, relationOf, withModel, withRelations } from "./document";
import { unknownField } from "./fields";
import { unknownModel } from "./models";
import { type Applied, type Operation, Refusal } from "./operation";
import { unknownRelation } from "./relations";

type Set = Extract<Operation, { op: "set" }>;

/** What is not set, since other things follow it. */
const OWN = {
  application: ["models", "relationships"],
  model: ["id", "name", "fields"],
  field: ["id", "name"],
  relation: ["id", "name", "source"],
};

export function applySet(draft: Draft, operation: Set): Applied {
  const { of, key, value } = operation;
  const { document } = draft;
  const change = <T extends JsonRecord>(part: T): T => {
    const { [key]: _, ...rest } = part;
    // In its place, so that nothing moves about in the text.
    if (value === undefined) return rest as T;
    return { ...part, [key]: value };
  };
  const inverse = (before: JsonRecord): Operation[] => [
    { op: "set", of, key, ...(before[key] !== undefined && { value: before[key] }) },
  ];
  if (of.relation) {
    const found = relationOf(document, of.relation);
    if (!found) throw unknownRelation(of.relation);
    check("relation", key);
    if (key === "target" && (typeof value !== "string" || !modelOf(document, value)))
      throw unknownModel(String(value));
    const relations = document.relationships.map((each) => (isRelation(each, found) ? change(each) : each));
    return { draft: withRelations(draft, relations), inverse: inverse(found) };
  }
  if (of.model === undefined) {
    check("application", key);
    return { draft: { ...draft, document: change(document) }, inverse: inverse(document) };
  }
  const model = modelOf(document, of.model);
  if (!model) throw unknownModel(of.model);
  if (of.field === undefined) {
    check("model", key);
    return { draft: withModel(draft, of.model, change), inverse: inverse(model) };
  }
  const field = fieldOf(document, of.model, of.field);
  if (!field) throw unknownField(of.model, of.field);
  check("field", key);
  return {
    draft: withModel(draft, of.model, (each) => ({
      ...each,
      fields: each.fields.map((one) => (one === field ? change(one) : one)),
    })),
    inverse: inverse(field),
  };
}

function check(what: keyof typeof OWN, key: string): void {
  if (OWN[what].includes(key)) throw new Refusal("bad_key", t("`{{key}}` is not set like this.", { key }));
}
