// What both changed of models is told before one side replaces the other; what only one of them changed is not.
import { expect, it } from "vitest";
import { nameOf } from "./changes";
import { applyAll } from "./operations/apply";
import { readDocument } from "./operations/document";
import type { Operation } from "./operations/operation";
import { overwritten } from "./overwritten";

interface Said {
  label?: string;
  most?: number;
  more?: object[];
  relation?: object;
}

/** Ids are the server's, and no change of anybody. */
function read({ label = "Books", most = 10, more = [], relation = {} }: Said, ids = "") {
  const title = { name: "title", type: "string", max_length: most };
  const isbn = { name: "isbn", type: "string" };
  const document = readDocument({
    name: "shop",
    models: [
      { id: `m${ids}`, name: "books", label, fields: [{ id: `f${ids}`, ...title }, isbn, ...more] },
      { name: "authors", fields: [{ name: "name", type: "string" }] },
    ],
    relationships: [
      { kind: "n-1", source: "books", target: "authors", name: "author", inverse: "books", ...relation },
    ],
  });
  if (typeof document === "string") throw new Error(document);
  return document;
}

function told(operations: Operation[], said: Said) {
  const [base, theirs] = [read({}), read(said, "2")];
  const draft = { document: theirs, layout: {} };
  const merged = applyAll(draft, operations).draft.document;
  return overwritten({ base, theirs, merged, operations }).map(({ of, change }) => {
    const what = nameOf(of, draft);
    return change ? [what, change.path.join("."), change.before, change.after] : [what, "gone"];
  });
}

const label: Operation = { op: "set", of: { model: "books" }, key: "label", value: "Mine" };
const most = (field: string): Operation => ({
  op: "set",
  of: { model: "books", field },
  key: "max_length",
  value: 30,
});
const drop: Operation = { op: "remove_model", model: "books" };

it("tells what both changed of a model, a field, a relation and the application", () => {
  expect(told([label], { label: "Theirs" })).toEqual([["model books", "label", "Theirs", "Mine"]]);
  expect(told([most("title")], { most: 20 })).toEqual([["field title of books", "max_length", 20, 30]]);
  const onDelete: Operation = {
    op: "set",
    of: { relation: { source: "books", name: "author" } },
    key: "on_delete",
    value: "cascade",
  };
  expect(told([onDelete], { relation: { on_delete: "restrict" } })).toEqual([
    ["relation author of books", "on_delete", "restrict", "cascade"],
  ]);
});

it("does not tell what one of them changed, or both alike", () => {
  expect(told([label], { most: 20 })).toEqual([]);
  expect(told([label], { label: "Mine" })).toEqual([]);
  expect(told([most("isbn")], { most: 20 })).toEqual([]);
  expect(told([drop], {})).toEqual([]);
});

it("knows things by the names that they have by now", () => {
  const renames: Operation[] = [
    { op: "rename_model", model: "books", to: "titles" },
    { op: "rename_field", model: "titles", field: "title", to: "name" },
  ];
  expect(told(renames, { most: 20 })).toEqual([]);
  const again: Operation = {
    op: "set",
    of: { model: "titles", field: "name" },
    key: "max_length",
    value: 30,
  };
  expect(told([...renames, again], { most: 20 })).toEqual([["field title of books", "max_length", 20, 30]]);
});

it("says once of a model that is gone that they changed it, or what it holds", () => {
  expect(told([drop], { most: 20, label: "Theirs" })).toEqual([["model books", "gone"]]);
  expect(told([drop], { more: [{ name: "pages", type: "integer" }] })).toEqual([["model books", "gone"]]);
  expect(told([{ op: "remove_field", model: "books", field: "title" }], { most: 20 })).toEqual([
    ["field title of books", "gone"],
  ]);
});
