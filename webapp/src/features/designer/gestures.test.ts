// @vitest-environment node
// Gestures lead to documents that hold together, and to places that are free.
import { describe, expect, it } from "vitest";
import type { NodeKind } from "@/api/types";
import { arrange } from "@/components/canvas/arrange";
import { readGraph } from "@/components/canvas/graph";
import { nextIn } from "@/components/canvas/walk";
import { commandFor, keysText, matches } from "@/lib/commands";
import {
  addNode,
  align,
  distribute,
  edgesToInsert,
  layoutOf,
  moveTo,
  putInto,
  removeChosen,
  type Target,
} from "./gestures";
import { applyAll } from "./operations/apply";
import { type Draft, readDocument } from "./operations/document";
import { edgeAtPointer, edgeId, fieldAtPointer, nodeAtPointer, problemsAt } from "./problems";

const kinds = new Map([
  ["flow.for_each", { title: "For each", ports: ["out"] } as NodeKind],
  ["http.request", { title: "HTTP request", ports: ["out"] } as NodeKind],
]);
const catalogue = { kinds, ports: new Map() };

function draftOf(written: unknown): Draft {
  const document = readDocument(written);
  if (typeof document === "string") throw new Error(document);
  return { document, layout: layoutOf(arrange(readGraph(document), "right")) };
}

function add(draft: Draft, kind: string, target: Target): Draft {
  const arrangement = arrange(readGraph(draft.document), "right", draft.layout);
  return applyAll(draft, addNode(draft, arrangement, catalogue, kind, target).operations).draft;
}

const chain = draftOf({
  lathe: 1,
  name: "x",
  nodes: [
    { id: "a", kind: "data.set" },
    { id: "b", kind: "data.set" },
    { id: "loop", kind: "flow.for_each", body: { nodes: [{ id: "i", kind: "data.set" }] } },
  ],
  edges: ["a -> b"],
});

describe("adding", () => {
  it("goes after a node, by its port, right of it", () => {
    const { document, layout } = add(chain, "http.request", { after: { node: "a", port: "error" } });
    expect(document.edges?.at(-1)).toEqual({ from: "a", to: "http_request", port: "error" });
    expect(layout.http_request?.x).toBeGreaterThan(layout.a?.x ?? 0);
  });

  it("goes into an edge, and what follows gives way", () => {
    const { document, layout } = add(chain, "http.request", { edge: { from: "a", to: "b" } });
    expect(document.edges).toEqual([
      { from: "a", to: "http_request" },
      { from: "http_request", to: "b" },
    ]);
    expect(layout.b?.x).toBeGreaterThan((layout.http_request?.x ?? 0) + 212);
    expect(layout.loop).toEqual(chain.layout.loop);
  });

  it("goes into a block, and a loop brings its body", () => {
    const { document } = add(chain, "flow.for_each", { in: { node: "loop", part: "body" } });
    expect(document.nodes[2]?.body?.nodes[1]).toEqual({
      id: "for_each",
      kind: "flow.for_each",
      body: { nodes: [] },
    });
  });
});

it("puts nodes into a block with the edges among them, and removes outer ones once", () => {
  const arrangement = arrange(readGraph(chain.document), "right", chain.layout);
  const { draft } = applyAll(chain, putInto(chain, arrangement, ["a", "b"], { node: "loop", part: "body" }));
  const body = draft.document.nodes[0]?.body;
  expect(body?.nodes.map((node) => node.id)).toEqual(["i", "a", "b"]);
  expect(body?.edges).toEqual([{ from: "a", to: "b" }]);
  expect(removeChosen(draft, ["loop", "i", "a"])).toEqual([{ op: "remove_node", id: "loop" }]);
});

it("removes and moves nodes and notes alike, and a note keeps what it says", () => {
  const note = { x: 0, y: 300, width: 240, height: 132, note: "Ask Ada." };
  const draft = { ...chain, layout: { ...chain.layout, "note:1": note } };
  const removed = applyAll(draft, removeChosen(draft, ["a", "note:1", "note:gone"]));
  expect(removed.draft.document.nodes.map((node) => node.id)).toEqual(["b", "loop"]);
  expect(Object.keys(removed.draft.layout)).not.toContain("note:1");
  expect(applyAll(removed.draft, removed.inverse).draft).toEqual(draft);

  const points = { b: { x: 12, y: 24 }, "note:1": { x: 36, y: 48 } };
  const { layout } = applyAll(draft, [moveTo(draft, points)]).draft;
  expect([layout.b, layout["note:1"]]).toEqual([points.b, { ...note, ...points["note:1"] }]);
  expect(edgesToInsert(draft, ["note:1", "a"])).toEqual(edgesToInsert(draft, ["a"]));
});

it("lines nodes up at any side, and gives them the same room between", () => {
  const size = { width: 200, height: 60 };
  const arrangement = {
    places: new Map([
      ["a", { x: 0, y: 0 }],
      ["b", { x: 300, y: 90 }],
      ["c", { x: 1000, y: 300 }],
    ]),
    sizes: new Map([
      ["a", size],
      ["b", { width: 400, height: 120 }],
      ["c", size],
    ]),
    bands: new Map(),
    bends: new Map(),
  };
  const ids = ["a", "b", "c"];
  const ys = (side: "top" | "middle" | "bottom") => {
    const [move] = align(ids, side, arrangement);
    return move?.op === "move" && ids.map((id) => move.places[id]?.y);
  };
  expect(ys("top")).toEqual([0, 0, 0]);
  expect(ys("middle")).toEqual([150, 120, 150]);
  expect(ys("bottom")).toEqual([300, 240, 300]);
  expect(align(["a"], "right", arrangement)).toEqual([]);
  const [spread] = distribute(["c", "a", "b"], "x", arrangement);
  // 1200 wide, 800 of it nodes: 200 between each two.
  expect(spread?.op === "move" && ids.map((id) => spread.places[id]?.x)).toEqual([0, 400, 1000]);
  expect(distribute(["a", "b"], "x", arrangement)).toEqual([]);
});

it("knows the edges into which a node can be put", () => {
  const edge = { from: "a", to: "b" };
  expect(edgesToInsert(chain, ["a"])).toEqual([edge]);
  expect(edgesToInsert(chain, ["b", "a"])).toEqual([edge]);
  expect(edgesToInsert(chain, ["a", "loop"])).toEqual([]);
  expect(edgesToInsert(chain, [])).toEqual([]);
});

it("walks to the nearest node in a direction", () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y, width: 212, height: 64 });
  const boxes = [box("a", 0, 0), box("b", 300, 0), box("c", 300, 100), box("d", 620, 0)];
  expect(nextIn(boxes, "a", "right")).toBe("b");
  expect(nextIn(boxes, "b", "down")).toBe("c");
  expect(nextIn(boxes, "a", "left")).toBeUndefined();
  expect(nextIn(boxes, undefined, "up")).toBe("a");
});

it("reads keys as they are pressed", () => {
  const press = (key: string, more = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    ...more,
  });
  expect(matches("mod+z", press("z", { metaKey: true }))).toBe(true);
  expect(matches("mod+z", press("Z", { ctrlKey: true, shiftKey: true }))).toBe(false);
  expect(matches("?", press("?", { shiftKey: true }))).toBe(true);
  expect(keysText("mod+shift+arrowleft")).toBe("Ctrl Shift ←");
  const off = { id: "x", title: "", group: "", keys: ["a"], enabled: false, run: () => undefined };
  expect(commandFor([off], press("a"))).toBeUndefined();
});

it("finds the node that a problem belongs to", () => {
  expect(nodeAtPointer(chain.document, "/nodes/2/body/nodes/0/with/x")).toBe("i");
  expect(nodeAtPointer(chain.document, "/edges/0/port")).toBe("a");
  expect(nodeAtPointer(chain.document, "/settings")).toBeUndefined();
  const cut = {
    nodes: [{ id: "a", kind: "k", body: { nodes: [], edges: [{ from: "x", to: "y", port: "no" }] } }],
    edges: [{ from: "a", to: "b" }],
  };
  expect(edgeAtPointer(cut, "/edges/0")).toEqual({ from: "a", to: "b" });
  expect(edgeAtPointer(cut, "/nodes/0/body/edges/0/port")).toEqual({ from: "x", to: "y", port: "no" });
  expect(edgeAtPointer(cut, "/nodes/0/with")).toBeUndefined();
  expect(edgeId({ from: "x", to: "y" })).toBe("x.out->y");
  expect(fieldAtPointer("/settings/on~1off")).toBe("settings.on/off");
  expect(fieldAtPointer("")).toBeUndefined();
  const problems = [{ path: "", message: "no", node: "a", field: "with.url" }];
  expect(problemsAt(problems, "a", "with.url")).toEqual(["no"]);
  expect(problemsAt(problems, "a", "with.ur")).toEqual([]);
});
