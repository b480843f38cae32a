// What stood where, and what stands there now.
import { expect, it } from "vitest";
import { readDocument } from "../operations/document";
import { valueChanges } from "./values";

function read(written: unknown) {
  const document = readDocument(written);
  if (typeof document === "string") throw new Error(document);
  return document;
}

const version = (url: string, inner: number, timeout: string, more: object[] = []) =>
  read({
    lathe: 1,
    name: "x",
    settings: { timeout },
    nodes: [
      { id: "fetch", kind: "http.request", with: { url } },
      {
        id: "each",
        kind: "flow.for_each",
        with: { items: [1] },
        body: { nodes: [{ id: "inner", kind: "data.set", with: { values: { inner } } }], output: inner },
      },
      ...more,
    ],
  });

it("tells values before and after, each node of itself", () => {
  const told = valueChanges(version("a", 1, "1m"), version("b", 2, "5m"), ["fetch", "each", "inner"]);
  expect(
    told.map(({ node, changes }) => [
      node,
      ...changes.map(({ path, before, after }) => [path.join("."), before, after]),
    ]),
  ).toEqual([
    [undefined, ["settings.timeout", "1m", "5m"]],
    ["fetch", ["with.url", "a", "b"]],
    ["each", ["body.output", 1, 2]],
    ["inner", ["with.values.inner", 1, 2]],
  ]);
});

it("leaves what was added or removed to the list of nodes", () => {
  const more = [{ id: "more", kind: "data.set" }];
  expect(valueChanges(version("a", 1, "1m"), version("a", 1, "1m", more), ["more"])).toEqual([]);
});
