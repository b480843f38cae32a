// Which nodes count as moved between two versions.
import { describe, expect, it } from "vitest";
import type { Layout } from "@/api/types";
import type { FlowDocument, FlowNode } from "../operations/document";
import { marksOf } from "./merged";
import { movedNodes, placesOfBoth } from "./moved";
import { countChanges } from "./summary";

const node = (id: string, body?: FlowNode[]): FlowNode => ({
  id,
  kind: body ? "flow.for_each" : "data.set",
  ...(body && { body: { nodes: body } }),
});

const placed = (nodes: FlowNode[], layout: Layout | null) => ({
  document: { lathe: 1, name: "x", nodes } as FlowDocument,
  layout,
});

const at = (x: number, y = 0) => ({ x, y });
const abc = [node("a"), node("b"), node("c")];

describe("moved nodes", () => {
  it("are those that stand elsewhere", () => {
    const older = placed(abc, { a: at(0), b: at(200), c: at(400) });
    const newer = placed(abc, { a: at(0), b: at(200, 80), c: at(400.4) });
    expect(movedNodes(older, newer)).toEqual(["b"]);
    expect(movedNodes(older, older)).toEqual([]);
  });

  it("are not those without a place that somebody has given them", () => {
    const older = placed(abc, { a: at(0), b: at(200) });
    const newer = placed(abc, { a: at(0), c: at(900), b: at(200) });
    expect(movedNodes(older, newer)).toEqual([]);
    expect(movedNodes(placed(abc, null), newer)).toEqual([]);
  });

  it("are not all of them, when all went the same way", () => {
    const older = placed(abc, { a: at(0), b: at(200), c: at(400) });
    expect(movedNodes(older, placed(abc, { a: at(50, 9), b: at(250, 9), c: at(450, 9) }))).toEqual([]);
    expect(movedNodes(older, placed(abc, { a: at(0), b: at(250), c: at(450) }))).toEqual(["b", "c"]);
    // Alone in its block there is nothing that it could have gone together with.
    expect(movedNodes(placed([node("a")], { a: at(0) }), placed([node("a")], { a: at(9) }))).toEqual(["a"]);
  });

  it("are seen within their block: one that is in another block is told by that", () => {
    const [each, i, j] = ["each", "i", "j"];
    const older = placed([node(each, [node(i), node(j)]), node("a")], {
      each: at(0),
      i: at(8),
      j: at(100),
      a: at(300),
    });
    const newer = placed([node(each, [node(i), node(j), node("a")])], {
      each: at(500),
      i: at(8),
      j: at(100, 40),
      a: at(200),
    });
    expect(movedNodes(older, newer)).toEqual(["each", "j"]);
  });

  it("are marked unless something else is said of them, and counted", () => {
    const diff = {
      from: 1,
      to: 2,
      fields: [],
      nodes: [
        { id: "a", change: "changed" as const, fields: ["with"] },
        { id: "c", change: "changed" as const, fields: ["block"] },
        { id: "d", change: "added" as const, fields: [] },
      ],
      edges: [],
    };
    const marks = marksOf(diff, ["a", "b"]);
    expect(["a", "b", "c", "d"].map((id) => marks.markOf(id)?.change)).toEqual([
      "changed",
      "moved",
      "moved",
      "added",
    ]);
    expect(countChanges(diff, ["a", "b"])).toEqual({ added: 1, removed: 0, changed: 1, moved: 2 });
  });

  it("are drawn where they are now, and what is gone where it was", () => {
    const older = { a: at(0), gone: at(200), "note:1": { ...at(5), note: "old" } };
    expect(placesOfBoth(older, { a: at(9) })).toEqual({ a: at(9), gone: at(200) });
  });
});
