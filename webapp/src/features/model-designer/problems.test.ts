// @vitest-environment node
// What the server says of a place is shown at the model, field or relation that it means.
import { expect, it } from "vitest";
import { changesBetween } from "./changes";
import { typedValue } from "./field-types";
import { applyAll } from "./operations/apply";
import { readDocument } from "./operations/document";
import { otherProblems, placeInWords, placeProblem, problemsOf } from "./problems";

const document = readDocument({
  name: "shop",
  models: [
    { id: "1", name: "books", fields: [{ id: "2", name: "title", type: "text" }] },
    { id: "3", name: "authors", fields: [{ id: "4", name: "name", type: "text" }] },
  ],
  relationships: [{ kind: "n-1", source: "books", name: "author", target: "authors", inverse: "books" }],
});
if (typeof document === "string") throw new Error(document);

it("finds what a pointer leads to", () => {
  const at = (path: string) => placeProblem(document, { path, message: path });
  expect(at("/models/0/fields/0/max")).toMatchObject({ of: { model: "books", field: "title" }, key: "max" });
  expect(at("/models/1/fields")).toMatchObject({ of: { model: "authors" }, key: "fields" });
  expect(at("/relationships/0/target").of).toEqual({ relation: { source: "books", name: "author" } });
  expect(at("/name")).toMatchObject({ of: {}, key: "name" });
  expect(at("").of).toEqual({});
  const problems = ["/models/0/name", "/models/0/fields", "/models/0/fields/0/max"].map(at);
  expect(problemsOf(problems, { model: "books" }, "name")).toEqual(["/models/0/name"]);
  expect(otherProblems(problems, { model: "books" }, ["name"])).toEqual(["/models/0/fields"]);
  expect(problems.map(placeInWords)).toEqual(["books", "books", "books · title"]);
});

it("tells in words what a save does, and what it takes with it", () => {
  const before = { document, layout: { books: { x: 0, y: 0 } } };
  const after = applyAll(before, [
    { op: "rename_model", model: "authors", to: "writers" },
    { op: "add_field", model: "books", field: { name: "isbn", type: "text" } },
    { op: "remove_field", model: "books", field: "title" },
    { op: "move", places: { books: { x: 8, y: 8 } } },
  ]).draft;
  expect(changesBetween(before, after)).toEqual([
    { change: "changed", what: "model authors is called writers" },
    { change: "removed", what: "field title of books", loses: true },
    { change: "added", what: "field isbn of books" },
  ]);
});

it("writes what was typed as the format means it, and loses no digit", () => {
  expect(typedValue("integer", "min", " 12 ")).toBe(12);
  expect(typedValue("integer", "min", "twelve")).toBe("twelve");
  expect(typedValue("decimal", "max", "0.10")).toBe("0.10");
  expect(typedValue("decimal", "max", "12.5")).toBe(12.5);
  expect(typedValue("boolean", "default", "false")).toBe(false);
  expect(typedValue("json", "default", '{"a":1}')).toEqual({ a: 1 });
  expect(typedValue("date", "min", "2020-01-01")).toBe("2020-01-01");
  expect(typedValue("text", "default", "")).toBeUndefined();
});
