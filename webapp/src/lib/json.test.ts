// Values of unknown shape are looked into without trust.
import { expect, it } from "vitest";
import { valueAt } from "./json";

it("finds what lies at a path, and nothing where there is none", () => {
  const holder = { nodes: [{ with: { url: "x", 0: "zero" } }], none: null };
  expect(valueAt(holder, [])).toBe(holder);
  expect(valueAt(holder, ["nodes", 0, "with", "url"])).toBe("x");
  expect(valueAt(holder, ["nodes", 0, "with", 0])).toBe("zero");
  expect(valueAt(holder, ["nodes", 1, "with"])).toBeUndefined();
  expect(valueAt(holder, ["none", "of", "these"])).toBeUndefined();
  expect(valueAt("text", [0])).toBeUndefined();
});
