// An application as text in one canonical form: that of the examples, one field a line, without ids.
import { isScalar, isSeq, Pair, visit, Document as YamlDocument } from "yaml";
import type { JsonRecord } from "@/lib/json";
import { Misplaced } from "@/lib/misplaced";
import { inOrder, type ReadText, readYaml } from "@/lib/yaml-text";
import type { Home } from "../api/opened";
import {
  type ApplicationDocument,
  type Model,
  readModel,
  readWritten,
  withoutIds,
} from "../operations/document";

const APPLICATION = ["name", "label", "description", "models", "relationships"];
const MODEL = ["id", "name", "label", "fields"];
const FIELD = [
  "id",
  "name",
  "label",
  "type",
  "precision",
  "scale",
  "values",
  "required",
  "unique",
  "min",
  "max",
  "default",
];
const RELATION = ["id", "kind", "source", "name", "label", "target", "inverse", "required", "on_delete"];

export function toYaml(document: ApplicationDocument): string {
  const bare = withoutIds(document);
  const { relationships } = bare;
  const value = inOrder(
    {
      ...bare,
      models: bare.models.map(modelText),
      relationships: relationships.map((relation) => inOrder(relation, RELATION)),
    },
    APPLICATION,
  );
  // An empty list of relations says nothing.
  if (relationships.length === 0) delete value.relationships;
  return write(value);
}

/** A model that stands alone, as text. */
export function modelToYaml(document: ApplicationDocument): string {
  const [model] = withoutIds(document).models;
  return model ? write(modelText(model)) : "";
}

function modelText(model: Model): JsonRecord {
  return inOrder({ ...model, fields: model.fields.map((field) => inOrder(field, FIELD)) }, MODEL);
}

function write(value: JsonRecord): string {
  const text = new YamlDocument(value, { aliasDuplicateObjects: false });
  // A field and a relation are a line each, as people write them.
  visit(text, {
    Map: (_, map, path) => {
      if (isLine(path)) map.flow = true;
    },
  });
  return text.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function isLine(path: readonly unknown[]): boolean {
  const list = path.at(-1);
  const holder = path.at(-2);
  if (!isSeq(list) || !(holder instanceof Pair) || !isScalar(holder.key)) return false;
  return holder.key.value === "fields" || holder.key.value === "relationships";
}

export function fromYaml(text: string): ReadText<ApplicationDocument> {
  return readYaml(text, readWritten);
}

export function modelFromYaml(text: string): ReadText<ApplicationDocument> {
  return readYaml(text, (written) => {
    const model = readModel(written);
    return model instanceof Misplaced ? model : { name: "", models: [model], relationships: [] };
  });
}

interface Format {
  write: (document: ApplicationDocument) => string;
  read: (text: string) => ReadText<ApplicationDocument>;
  /** Where something of the document stands in the text. */
  pathOf: (path: string) => string;
}

const FORMATS: Record<Home, Format> = {
  application: { write: toYaml, read: fromYaml, pathOf: (path) => path },
  model: { write: modelToYaml, read: modelFromYaml, pathOf: (path) => path.replace("/models/0", "") },
};

export function formatOf(home: Home): Format {
  return FORMATS[home];
}
