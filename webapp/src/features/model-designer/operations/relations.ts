// Drawing and removing relations between models.
import { t } from "@/lib/i18n";
import { type Draft, isRelation, isWhole, modelOf, type RelationKey, withRelations } from "./document";
import { unknownModel } from "./models";
import { type Applied, checkName, type Operation, Refusal } from "./operation";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export function applyRelate(draft: Draft, { relation, at }: Of<"relate">): Applied {
  const { document } = draft;
  for (const end of [relation.source, relation.target]) if (!modelOf(document, end)) throw unknownModel(end);
  checkName(relation.name);
  if (document.relationships.some((known) => isRelation(known, relation))) throw relationTaken(relation);
  const relations = [...document.relationships];
  relations.splice(at ?? relations.length, 0, relation);
  const { source, name } = relation;
  return { draft: withRelations(draft, relations), inverse: [{ op: "unrelate", source, name }] };
}

export function applyUnrelate(draft: Draft, key: Of<"unrelate">): Applied {
  const { relation, at, relations } = find(draft, key);
  return {
    draft: withRelations(
      draft,
      relations.filter((each) => each !== relation),
    ),
    // One that was written by hand may lead to a model that is not there: it comes back as it was.
    inverse: isWhole(draft.document, relation)
      ? [{ op: "relate", relation, at }]
      : [{ op: "replace", draft }],
  };
}

export function applyRenameRelation(draft: Draft, key: Of<"rename_relation">): Applied {
  const { relation, relations } = find(draft, key);
  const { source, name, to } = key;
  if (name === to) return { draft, inverse: [] };
  checkName(to);
  if (relations.some((each) => isRelation(each, { source, name: to })))
    throw relationTaken({ source, name: to });
  return {
    draft: withRelations(
      draft,
      relations.map((each) => (each === relation ? { ...relation, name: to } : each)),
    ),
    inverse: [{ op: "rename_relation", source, name: to, to: name }],
  };
}

function find(draft: Draft, key: RelationKey) {
  const relations = draft.document.relationships;
  const at = relations.findIndex((relation) => isRelation(relation, key));
  const relation = relations[at];
  if (!relation) throw unknownRelation(key);
  return { relation, at, relations };
}

export function unknownRelation({ source, name }: RelationKey): Refusal {
  return new Refusal("unknown_relation", t("`{{source}}` has no relation `{{name}}`.", { source, name }));
}

function relationTaken({ source, name }: RelationKey): Refusal {
  return new Refusal("name_taken", t("`{{source}}` already has a relation `{{name}}`.", { source, name }));
}
