// Whoever may only look changes nothing, and what an earlier visit left unsaved outlives that.
import { beforeEach, expect, it } from "vitest";
import { draftOf } from "./api/opened";
import { ModelStore } from "./store";

const opened = () => ({
  home: "application" as const,
  id: "a",
  etag: undefined,
  configuration: {},
  draft: draftOf({ name: "shop", models: [{ name: "books", fields: [] }], relationships: [] }, {}),
});
const rename = { op: "set" as const, of: {}, key: "label", value: "Shop" };

beforeEach(() => localStorage.clear());

it("is changed by nobody who may only look, and keeps their edits of before", () => {
  const before = new ModelStore("application", opened());
  expect(before.perform("Label it", [rename])).toBe(true);
  before.flush();

  const looked = new ModelStore("application", opened(), true);
  expect([looked.restored, looked.isDirty]).toEqual([null, false]);
  expect(looked.perform("Label it", [rename])).toBe(false);
  expect(looked.refusal).toMatch(/^For reading only/);
  looked.flush();

  expect(new ModelStore("application", opened()).document.label).toBe("Shop");
});
