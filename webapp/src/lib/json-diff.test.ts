// Differences are told where they are, and nothing is told that is the same.
import { describe, expect, it } from "vitest";
import { jsonChanges } from "./json-diff";

const told = (before: unknown, after: unknown) =>
  jsonChanges(before, after).map(({ path, kind }) => `${kind} ${path.join(".")}`);

describe("jsonChanges", () => {
  it("says what was added, removed and changed, at its place", () => {
    const before = { name: "a", tags: ["x", "y"], config: { retries: 1, old: true } };
    const after = { name: "b", tags: ["x"], config: { retries: 1, fresh: null } };
    expect(told(before, after)).toEqual([
      "changed name",
      "removed tags.1",
      "removed config.old",
      "added config.fresh",
    ]);
  });

  it("knows things in a list by their id, wherever they stand", () => {
    const nodes = [
      { id: "a", kind: "x" },
      { id: "b", kind: "x" },
    ];
    expect(
      told(
        { nodes },
        {
          nodes: [
            { id: "b", kind: "y" },
            { id: "a", kind: "x" },
          ],
        },
      ),
    ).toEqual(["changed nodes.b.kind"]);
    const twice = [{ id: "a" }, { id: "a" }];
    expect(told(twice, [{ id: "a" }])).toEqual(["removed 1"]);
  });

  it("tells a thing that was made or deleted field by field", () => {
    expect(told(null, { name: "a", on: false })).toEqual(["added name", "added on"]);
    expect(told({ name: "a" }, null)).toEqual(["removed name"]);
    expect(told("a", { name: "b" })).toEqual(["added name"]);
  });

  it("tells nothing of what is the same", () => {
    expect(told({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
    expect(told(null, null)).toEqual([]);
  });
});
