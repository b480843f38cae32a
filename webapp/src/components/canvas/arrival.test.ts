// What is seen is drawn first, and a block comes as a whole.
import { expect, it } from "vitest";
import { outsideOf } from "./arrival";

const SIZE = { width: 100, height: 50 };
const FRAME = { width: 800, height: 600 };

it("keeps back what can't be seen yet, nearest first", () => {
  const nodes = [
    { id: "far", position: { x: 5000, y: 0 }, ...SIZE },
    { id: "seen", position: { x: 0, y: 0 }, ...SIZE },
    { id: "at the edge", position: { x: 790, y: 590 }, ...SIZE },
    { id: "near", position: { x: 0, y: 700 }, ...SIZE },
    { id: "left", position: { x: -300, y: 0 }, ...SIZE },
  ];
  expect(outsideOf(nodes, { x: 0, y: 0, zoom: 1 }, FRAME)).toEqual(["near", "left", "far"]);
  expect(outsideOf(nodes, { x: 100, y: 0, zoom: 0.5 }, FRAME)).toEqual(["far"]);
});

it("lets nodes in blocks come with what holds them", () => {
  const nodes = [
    { id: "loop", position: { x: 2000, y: 0 }, ...SIZE },
    { id: "inner", parentId: "loop", position: { x: 10, y: 10 }, ...SIZE },
    { id: "seen", position: { x: 0, y: 0 }, ...SIZE },
    { id: "in the seen", parentId: "seen", position: { x: 5000, y: 0 }, ...SIZE },
  ];
  expect(outsideOf(nodes, { x: 0, y: 0, zoom: 1 }, FRAME)).toEqual(["loop", "inner"]);
});
