// Text that was mended late goes on top of what was done on the canvas meanwhile, and takes nothing of it back unasked.
import { beforeEach, expect, it } from "vitest";
import { draftOf } from "../api/opened";
import type { ApplicationDocument } from "../operations/document";
import { ModelStore } from "../store";
import { takeOver } from "./take-over";

const documentOf = (...names: string[]): ApplicationDocument => ({
  name: "shop",
  models: names.map((name) => ({ name, fields: [] })),
  relationships: [],
});

function storeOf(document: ApplicationDocument): ModelStore {
  const draft = draftOf(document, {});
  return new ModelStore("application", {
    home: "application",
    id: "a",
    etag: undefined,
    configuration: {},
    draft,
  });
}

const namesOf = (store: ModelStore) => store.document.models.map(({ name }) => name);
const add = (name: string) => [{ op: "add_model" as const, model: { name, fields: [] } }];

beforeEach(() => localStorage.clear());

it("puts what was typed on top of what was done beside it", () => {
  const since = documentOf("books");
  const store = storeOf(since);
  store.perform("Add", add("canvas"));
  expect(takeOver(store, documentOf("books", "typed"), since)).toBeNull();
  expect(namesOf(store).toSorted()).toEqual(["books", "canvas", "typed"]);
});

it("refuses what does not go on top, and leaves the canvas as it is until it is told to overwrite it", () => {
  const since = documentOf("books");
  const store = storeOf(since);
  store.perform("Add", add("authors"));
  const before = store.draft;
  expect(takeOver(store, documentOf("books", "authors", "orders"), since)).toBe(store.refusal);
  expect(store.refusal).not.toBeNull();
  expect(store.draft).toBe(before);
  expect(takeOver(store, documentOf("books", "orders"))).toBeNull();
  expect(namesOf(store)).toEqual(["books", "orders"]);
});
