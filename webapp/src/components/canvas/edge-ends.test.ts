// Edges end at the ports of what is drawn, and lie in a picture that holds them.
import { type Node, Position } from "@xyflow/react";
import { expect, it } from "vitest";
import { areaOf, type CanvasEdge, placeEdges } from "./edge-ends";

function node(id: string, x: number, y: number, more: Partial<Node> = {}): Node {
  return {
    id,
    position: { x, y },
    data: {},
    handles: [
      { type: "target", position: Position.Left, x: -2, y: 20, width: 4, height: 10 },
      { id: "out", type: "source", position: Position.Right, x: 98, y: 20, width: 10, height: 10 },
    ],
    ...more,
  };
}

function edge(source: string, target: string, port = "out"): CanvasEdge {
  return { id: `${source}->${target}`, source, target, port, label: "", bends: [], direction: "right" };
}

it("begins at the outer side of a port and ends at that of the target", () => {
  const [level] = placeEdges([node("a", 0, 0), node("b", 300, 50)], [edge("a", "b")]);
  expect(level).toMatchObject([{ from: { x: 108, y: 25 }, to: { x: 298, y: 75 } }]);
});

it("lies a level higher in a block, which moves its nodes", () => {
  const nodes = [
    node("loop", 1000, 100),
    node("a", 10, 20, { parentId: "loop" }),
    node("b", 300, 20, { parentId: "loop" }),
  ];
  const levels = placeEdges(nodes, [edge("a", "b")]);
  expect(levels[0]).toBeUndefined();
  expect(levels[1]).toMatchObject([{ from: { x: 1118, y: 145 }, to: { x: 1298, y: 145 } }]);
});

it("draws no edge to what is not drawn, and none from a port that is not there", () => {
  const nodes = [node("a", 0, 0), node("b", 300, 0, { hidden: true }), node("c", 600, 0)];
  expect(placeEdges(nodes, [edge("a", "b"), edge("a", "c", "nowhere"), edge("a", "gone")])).toEqual([]);
});

it("lies in an area that stays the same while a node is moved a little", () => {
  const area = (x: number) =>
    areaOf(placeEdges([node("a", 0, -20), node("b", x, 50)], [edge("a", "b")])[0] ?? []);
  expect(area(300)).toEqual({ x: 0, y: 0, width: 1000, height: 1000 });
  expect(area(310)).toEqual(area(300));
  // All at the same height as the corner of an area.
  const flat = placeEdges([node("a", 0, -25), node("b", 300, -25)], [edge("a", "b")]);
  expect(areaOf(flat[0] ?? [])).toEqual({ x: 0, y: 0, width: 1000, height: 1000 });
  expect(area(-300)).toEqual({ x: -1000, y: 0, width: 2000, height: 1000 });
});
