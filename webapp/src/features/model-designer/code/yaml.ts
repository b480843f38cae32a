// An application as text in one canonical form: that of the examples, one field a line, without ids.
import { isScalar, isSeq, Pair, visit, Document as YamlDocument } from "yaml";
import type { JsonRecord } from "@/lib/json";
import { inOrder, type ReadText, readYaml } from "@/lib/yaml-text";
import { type ApplicationDocument, readDocument, withoutIds } from "../operations/document";

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
  const value = inOrder(
    {
      ...bare,
      models: bare.models.map((model) =>
        inOrder({ ...model, fields: model.fields.map((field) => inOrder(field, FIELD)) }, MODEL),
      ),
      relationships: bare.relationships.map((relation) => inOrder(relation, RELATION)),
    },
    APPLICATION,
  );
  const text = new YamlDocument(leave(value), { aliasDuplicateObjects: false });
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

/** An empty list of relations says nothing. */
function leave(value: JsonRecord): JsonRecord {
  const { relationships, ...rest } = value;
  return Array.isArray(relationships) && relationships.length === 0 ? rest : value;
}

export function fromYaml(text: string): ReadText<ApplicationDocument> {
  return readYaml(text, readDocument);
}
