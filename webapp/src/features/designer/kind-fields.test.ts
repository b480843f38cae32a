// Every parameter of every kind has a control of its own. The list of those that are written as JSON can only become shorter.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { NodeKind } from "@/api/types";
import { readFields, type SchemaField, type Shape } from "@/lib/schema-field";

const told: NodeKind[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../api/nodes.json"), "utf8"),
);

function asJson(place: string, shape: Shape): string[] {
  switch (shape.type) {
    case "any":
      return [place];
    case "fields":
      return inFields(place, shape.fields);
    case "list":
      return asJson(place, shape.items);
    case "variants":
      return shape.variants.flatMap((each) =>
        each.shape ? asJson(`${place}.${each.name}`, each.shape) : [],
      );
    default:
      // The values of a map are of any shape where the schema says so, and have a line each.
      return [];
  }
}

const inFields = (place: string, fields: SchemaField[]): string[] =>
  fields.flatMap(({ name, shape }) => asJson(`${place}.${name}`, shape));

it("has a form for all that is not of any shape by its nature", () => {
  const found = told.flatMap(({ kind, config_schema, scripts }) =>
    inFields(kind, readFields(config_schema, scripts)),
  );
  expect(found).toEqual([
    "flow.for_each.items",
    "flow.switch.value",
    "flow.while.state",
    "http.request.json",
    "remote.call.input",
  ]);
});
