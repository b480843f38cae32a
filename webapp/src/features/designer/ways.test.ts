// By keys one comes to each edge of a node, and nobody is left without a place when something is removed.
import { expect, it } from "vitest";
import type { FlowDocument } from "./operations/document";
import { edgesAt, neighbourOf, nextEdge } from "./ways";

const node = (id: string) => ({ id, kind: "data.set" });

const DOCUMENT: FlowDocument = {
  lathe: 1,
  name: "ways",
  nodes: [
    node("a"),
    node("b"),
    {
      id: "loop",
      kind: "flow.for_each",
      body: { nodes: [node("x"), node("y")], edges: [{ from: "x", to: "y" }] },
    },
    node("alone"),
  ],
  edges: [
    { from: "a", to: "b" },
    { from: "b", to: "loop", port: "true" },
    { from: "b", to: "alone", port: "false" },
  ],
};

it("goes round the edges of a node, those that leave it first", () => {
  const [whenTrue, whenFalse, before] = edgesAt(DOCUMENT, "b");
  expect([whenTrue?.port, whenFalse?.port, before?.from]).toEqual(["true", "false", "a"]);
  expect(nextEdge(DOCUMENT, "b", null)).toBe(whenTrue);
  expect(nextEdge(DOCUMENT, "b", whenFalse ?? null)).toBe(before);
  expect(nextEdge(DOCUMENT, "b", before ?? null)).toBe(whenTrue);
  expect(nextEdge(DOCUMENT, "b", whenTrue ?? null, -1)).toBe(before);
  expect(nextEdge(DOCUMENT, "y", null)).toEqual({ from: "x", to: "y" });
});

it("knows who is next when nodes go", () => {
  expect(neighbourOf(DOCUMENT, ["b"])).toBe("a");
  expect(neighbourOf(DOCUMENT, ["a"])).toBe("b");
  expect(neighbourOf(DOCUMENT, ["a", "b"])).toBe("loop");
  expect(neighbourOf(DOCUMENT, ["x"])).toBe("y");
  expect(neighbourOf(DOCUMENT, ["x", "y"])).toBe("loop");
  expect(neighbourOf(DOCUMENT, ["x", "y", "loop"])).toBe("b");
  expect(neighbourOf(DOCUMENT, ["a", "b", "loop", "alone"])).toBeUndefined();
});
