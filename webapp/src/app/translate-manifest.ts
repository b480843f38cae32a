// The server describes its models in English: the description with the labels that people read in their language.
import { translate } from "@/lib/i18n";
import { type Manifest, type Model, singular } from "@/records";

type Say = (text: string) => string;
type Field = Model["fields"][number];
type Action = Model["actions"][number];

/** What no language has a text for stays as it is: what a workspace has named itself, for instance. */
export function translateManifest(manifest: Manifest, say: Say = translate): Manifest {
  return { ...manifest, models: manifest.models.map((model) => translateModel(model, say)) };
}

/** What is more than a record that somebody created. */
const STAMPED: Record<string, string> = { audit: "When" };

function translateModel(model: Model, say: Say): Model {
  const one = singular(model.label);
  return {
    ...model,
    label: say(model.label),
    one: say(one),
    stamps: { created_at: say(STAMPED[model.name] ?? "Created"), updated_at: say("Changed"), id: say("Id") },
    fields: model.fields.map((field) => (field.extra ? field : translateField(field, say))),
    relations: model.relations.map((relation) => ({ ...relation, label: say(relation.label) })),
    referrers: model.referrers.map((referrer) => ({
      ...referrer,
      label: say(referrer.label),
      name: say(referrer.name.replaceAll("_", " ")),
    })),
    views: model.views.map((view) => ({ ...view, label: say(view.label) })),
    actions: model.actions.map((action) => translateAction(action, say)),
  };
}

function translateField(field: Field, say: Say): Field {
  const { values } = field.options;
  const labels = values?.map((value) => [value, say(value.replaceAll("_", " "))]);
  return {
    ...field,
    label: say(field.label),
    help: field.help && say(field.help),
    options: { ...field.options, ...(labels && { labels: Object.fromEntries(labels) }) },
  };
}

function translateAction(action: Action, say: Say): Action {
  // "Run" is what is done here, and what has been begun elsewhere.
  const asVerb = `${action.label} (verb)`;
  const said = say(asVerb);
  return {
    ...action,
    label: said === asVerb ? say(action.label) : said,
    confirm: action.confirm && say(action.confirm),
  };
}
