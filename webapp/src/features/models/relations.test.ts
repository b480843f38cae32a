// A relationship is seen from both of its ends.
import { expect, it } from "vitest";
import { relationsOf } from "./relations";

const relationships = [
  { kind: "n-1", source: "books", name: "publisher", target: "publishers", inverse: "books", required: true },
  {
    kind: "n-n",
    source: "books",
    name: "authors",
    target: "authors",
    inverse: "books",
    on_delete: "set_null",
  },
];

it("reads forward from the source and backward from the target", () => {
  expect(relationsOf({ id: "1", name: "books" }, relationships)).toEqual([
    { name: "publisher", other: "publishers", shape: "many to one", facts: ["required"] },
    { name: "authors", other: "authors", shape: "many to many", facts: ["on delete: set null"] },
  ]);
  expect(relationsOf({ id: "2", name: "publishers" }, relationships)).toEqual([
    { name: "books", other: "books", shape: "one to many", facts: [] },
  ]);
});
