// @vitest-environment node
// The text says what the document says, in one form, and faults are told where they are.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hasComment } from "@/lib/yaml-text";
import { readDocument } from "../operations/document";
import { fromYaml, toYaml } from "./yaml";

const FLOWS = join(import.meta.dirname, "../../../../../examples/flows");

it.each(readdirSync(FLOWS).filter((name) => name.endsWith(".yaml")))(
  "keeps %s over text and back",
  (name) => {
    const { document, faults } = fromYaml(readFileSync(join(FLOWS, name), "utf8"));
    expect(faults).toEqual([]);
    if (!document) throw new Error(`${name} was not read`);
    const text = toYaml(document);
    const again = fromYaml(text);
    expect(again.document).toEqual(document);
    expect(again.document && toYaml(again.document)).toBe(text);
  },
);

it("writes fields in the order of the format, edges as people do, and no aliases", () => {
  const shared = { a: 1 };
  const document = readDocument({
    nodes: [
      { kind: "data.set", id: "x", with: { values: { one: shared, other: shared } } },
      { id: "y", kind: "data.set" },
    ],
    edges: [{ from: "x", to: "y", port: "error" }],
    name: "n",
    lathe: 1,
  });
  if (typeof document === "string") throw new Error(document);
  const text = toYaml(document);
  expect(text.split("\n").slice(0, 5)).toEqual([
    "lathe: 1",
    "name: n",
    "nodes:",
    "  - id: x",
    "    kind: data.set",
  ]);
  expect(text).toContain("- x.error -> y");
  expect(text).not.toContain("&");
});

it("tells where a fault is", () => {
  const text = "lathe: 1\nname: n\nnodes:\n  - id: a\n    kind: [";
  const { document, faults } = fromYaml(text);
  expect(document).toBeUndefined();
  expect(faults[0]?.from).toBeGreaterThan(30);
  const twice = fromYaml("name: n\nnodes: [{id: a, kind: k}, {id: a, kind: k}]");
  expect(twice.faults[0]?.message).toContain("two nodes");
  const sound = "name: n\nnodes:\n  - id: a\n    kind: k\n    with: { url: 7 }\n";
  expect(fromYaml(sound).find("/nodes/0/with/url").from).toBe(sound.indexOf("7"));
});

it("knows a comment from what only begins like one", () => {
  expect(hasComment("a: 1 # one\n")).toBe(true);
  expect(hasComment("# one\na: 1\n")).toBe(true);
  expect(hasComment('a: "# x"\nb: c#d\nc: |\n  # y\n  #{ n: 1 }\n')).toBe(false);
});
