// @vitest-environment node
// The text says what the models say, in the form that people write; nothing is lost on the way there and back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readDocument } from "../operations/document";
import { fromYaml, modelFromYaml, toYaml } from "./yaml";

const BOOKSHOP = readFileSync(
  join(import.meta.dirname, "../../../../../examples/bookshop/bookshop.yaml"),
  "utf8",
);

it("keeps the bookshop over text and back", () => {
  const { document, faults } = fromYaml(BOOKSHOP);
  expect(faults).toEqual([]);
  if (!document) throw new Error("it was not read");
  const text = toYaml(document);
  const again = fromYaml(text).document;
  expect(again?.models).toHaveLength(6);
  expect(again && toYaml(again)).toBe(text);
  expect(text).toContain("- { name: founded, label: Founded in, type: integer, min: 1400, max: 2100 }");
  expect(text).toContain(
    "- { kind: n-1, source: books, name: publisher, target: publishers, inverse: books,",
  );
});

it("shows neither ids nor what says nothing", () => {
  const document = readDocument({
    name: "shop",
    label: "",
    models: [
      {
        id: "1",
        name: "books",
        label: null,
        fields: [{ id: "2", name: "title", label: "", type: "text", required: false, unique: false }],
      },
    ],
    relationships: [],
  });
  if (typeof document === "string") throw new Error(document);
  expect(toYaml(document)).toBe(
    "name: shop\nmodels:\n  - name: books\n    fields:\n      - { name: title, type: text }\n",
  );
});

it("tells where a fault is, and what can't be edited", () => {
  expect(fromYaml("name: x\nmodels: [").faults[0]?.from).toBeGreaterThan(10);
  expect(fromYaml("name: x\nmodels: [{ name: a }, { name: a }]").faults[0]?.message).toContain("two models");
  expect(fromYaml("name: x\nmodels: [{ name: a, fields: [{ name: b }] }]").faults[0]?.message).toContain(
    "needs a `type`",
  );
  const marked = (written: string, read = fromYaml) => {
    const [{ from, to } = { from: 0, to: 0 }] = read(written).faults;
    return written.slice(from, to);
  };
  const models =
    "name: x\nmodels: [{ name: a }, { name: b, fields: [{ name: c, type: text }, { name: d }] }]";
  expect(marked(models)).toBe("{ name: d }");
  expect(marked(models.replace("d }", "c, type: text }"))).toBe("c");
  const relations = `name: x\nmodels: [{ name: a }]\nrelationships:\n  - { source: a, target: a, name: up }\n`;
  expect(marked(`${relations}  - { source: a, name: down }\n`)).toBe("{ source: a, name: down }");
  expect(marked(`${relations}  - { name: up, source: a, target: b }\n`)).toBe("up");
  expect(marked("name: a\nfields: [{ type: text }]", modelFromYaml)).toBe("{ type: text }");
  const text = "name: x\nmodels:\n  - name: a\n    fields:\n      - { name: b, type: text, max: 7 }\n";
  expect(fromYaml(text).find("/models/0/fields/0/max").from).toBe(text.indexOf("7"));
});

it("takes a document for one whatever else its writer has put into it", () => {
  const text = "name: x\nmessage: hello\npointer: /models\nmodels: [{ name: a, message: b, pointer: c }]\n";
  const { document, faults } = fromYaml(text);
  expect(faults).toEqual([]);
  expect(document).toMatchObject({ name: "x", pointer: "/models", models: [{ name: "a", pointer: "c" }] });
});
