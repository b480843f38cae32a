// Adding, removing and renaming models; relations and places go along.
import { t } from "@/lib/i18n";
import { type Draft, isRelation, isWhole, type Model, modelOf, withModel } from "./document";
import { type Applied, checkName, type Operation, Refusal } from "./operation";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export function applyAddModel(draft: Draft, { model, at, place }: Of<"add_model">): Applied {
  checkName(model.name);
  if (modelOf(draft.document, model.name)) throw modelTaken(model.name);
  const models = [...draft.document.models];
  models.splice(at ?? models.length, 0, model);
  return {
    draft: {
      document: { ...draft.document, models },
      layout: place ? { ...draft.layout, [model.name]: place } : draft.layout,
    },
    inverse: [{ op: "remove_model", model: model.name }],
  };
}

export function applyRemoveModel(draft: Draft, { model: name }: Of<"remove_model">): Applied {
  const { document, layout } = draft;
  const at = document.models.findIndex((model) => model.name === name);
  const model = document.models[at];
  if (!model) throw unknownModel(name);
  const { [name]: place, ...others } = layout;
  const goes = ({ source, target }: { source: string; target: string }) => source === name || target === name;
  const relations = document.relationships.flatMap((relation, index) =>
    goes(relation) ? [{ op: "relate" as const, relation, at: index }] : [],
  );
  return {
    draft: {
      document: {
        ...document,
        models: document.models.filter((each) => each !== model),
        relationships: document.relationships.filter((relation) => !goes(relation)),
      },
      layout: others,
    },
    // One that was written by hand may lead to a model that is not there: everything comes back as it was.
    inverse: relations.every(({ relation }) => isWhole(document, relation))
      ? [{ op: "add_model", model, at, ...(place && { place }) }, ...relations]
      : [{ op: "replace", draft }],
  };
}

export function applyRenameModel(draft: Draft, { model: name, to }: Of<"rename_model">): Applied {
  if (!modelOf(draft.document, name)) throw unknownModel(name);
  if (name === to) return { draft, inverse: [] };
  checkName(to);
  if (modelOf(draft.document, to)) throw modelTaken(to);
  const renamed = (each: string) => (each === name ? to : each);
  const relationships = draft.document.relationships.map((relation) => {
    const [source, target] = [renamed(relation.source), renamed(relation.target)];
    return source === relation.source && target === relation.target
      ? relation
      : { ...relation, source, target };
  });
  // In text a relation may name a model before it is there: two of them must not become one.
  const clash = relationships.find((one, at) =>
    relationships.some((other, index) => index < at && isRelation(one, other)),
  );
  if (clash)
    throw new Refusal(
      "name_taken",
      t("`{{model}}` would have two relations `{{name}}`.", { model: to, name: clash.name }),
    );
  const changed = withModel(draft, name, (model: Model) => ({ ...model, name: to }));
  return {
    draft: {
      document: { ...changed.document, relationships },
      layout: Object.fromEntries(Object.entries(draft.layout).map(([id, place]) => [renamed(id), place])),
    },
    inverse: [{ op: "rename_model", model: to, to: name }, ...dangling(draft, to)],
  };
}

/** Relations that named the new name before anything was called so are put back as they were. */
function dangling(draft: Draft, to: string): Operation[] {
  return draft.document.relationships.some(({ source, target }) => source === to || target === to)
    ? [{ op: "replace", draft }]
    : [];
}

export function unknownModel(name: string): Refusal {
  return new Refusal("unknown_model", t("There is no model `{{name}}`.", { name }));
}

function modelTaken(name: string): Refusal {
  return new Refusal("name_taken", t("There already is a model `{{name}}`.", { name }));
}
