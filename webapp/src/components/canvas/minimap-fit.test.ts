// A map shows all of a graph, and where the view is, wherever that is.
import { expect, it } from "vitest";
import { shiftOf, stepOf } from "./dots-fit";
import { fitMap, frameOf, isWithin, placeOn, shadesOf } from "./minimap-fit";

const ROOM = { width: 150, height: 100 };
const BOXES = [
  { x: 0, y: 0, width: 200, height: 60 },
  { x: 1180, y: 40, width: 200, height: 60 },
];

it("shows all nodes within its margin", () => {
  const { path, scale } = fitMap(BOXES, ROOM);
  expect(scale).toBeCloseTo(0.1);
  expect(path).toBe("M6 45h20v6h-20zM124 49h20v6h-20z");
});

it("frames what is in view", () => {
  const frame = frameOf(fitMap(BOXES, ROOM), [-100, 0, 0.5], { width: 400, height: 200 }, ROOM);
  expect(frame).toEqual({ x: 26, y: 45, width: 80, height: 40 });
});

it("keeps a sliver of a view that is far away", () => {
  const fitted = fitMap(BOXES, ROOM);
  const far = frameOf(fitted, [-90_000, 90_000, 1], { width: 400, height: 200 }, ROOM);
  expect(far.x).toBe(ROOM.width - 3);
  expect(far.y + far.height).toBe(3);
});

it("covers what is not in view, and nothing else", () => {
  expect(shadesOf({ x: 30, y: 20, width: 60, height: 50 }, ROOM)).toEqual([
    "translate(0px, 0px) scale(1, 0.2)",
    "translate(0px, 70px) scale(1, 0.3)",
    "translate(0px, 20px) scale(0.2, 0.5)",
    "translate(90px, 20px) scale(0.4, 0.5)",
  ]);
  const [above] = shadesOf({ x: -10, y: -10, width: 170, height: 120 }, ROOM);
  expect(above).toBe("translate(0px, 0px) scale(1, 0)");
});

it("knows which place of the graph is pressed, and whether that is in view already", () => {
  const fitted = fitMap(BOXES, ROOM);
  const at = placeOn(fitted, { x: 124, y: 49 });
  expect([Math.round(at.x), Math.round(at.y)]).toEqual([1180, 40]);
  const frame = frameOf(fitted, [-100, 0, 0.5], { width: 400, height: 200 }, ROOM);
  expect(isWithin(frame, { x: 30, y: 50 })).toBe(true);
  expect(isWithin(frame, { x: 124, y: 49 })).toBe(false);
});

it("stands without nodes", () => {
  expect(fitMap([], ROOM).path).toBe("");
});

it("moves dots by less than a step, whichever way", () => {
  expect(shiftOf(50, 24)).toBe(2);
  expect(shiftOf(-50, 24)).toBe(22);
  expect(stepOf(24, 1)).toBe(24);
  // From afar every fourth dot is left.
  expect(stepOf(24, 0.15)).toBeCloseTo(14.4);
});
