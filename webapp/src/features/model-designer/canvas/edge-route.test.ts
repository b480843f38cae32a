// A line runs behind no box where there is a way round, and is as it was where nothing is in its way.
import { expect, it } from "vitest";
import { crossed, routeOf } from "./edge-route";
import { curveOf, endsOf } from "./edge-shape";

const box = (x: number, y: number, height = 200) => ({ x, y, width: 248, height });
const COLUMN = 336;
const ROW = 60;

const straight = (source = box(0, 0), target = box(2 * COLUMN, 0)) => [
  curveOf(...endsOf(source, ROW, target)),
];

it("goes straight where nothing is in between", () => {
  const others = [box(COLUMN, 300), box(3 * COLUMN, 0), box(COLUMN, -400)];
  expect(routeOf(box(0, 0), ROW, box(2 * COLUMN, 0), others).curves).toEqual(straight());
  // Nothing between the two, wherever the others stand.
  expect(routeOf(box(0, 0), ROW, box(COLUMN, 0), []).curves).toHaveLength(1);
});

it("goes round what it would run behind, the short way, from either side", () => {
  const between = box(COLUMN, 0);
  expect(crossed(straight(), [between])).toEqual([between]);
  for (const [source, target] of [
    [box(0, 0), box(2 * COLUMN, 0)],
    [box(2 * COLUMN, 0), box(0, 0)],
  ] as const) {
    const { from, to, curves } = routeOf(source, ROW, target, [between]);
    expect(crossed(curves, [between])).toEqual([]);
    expect(curves[1]?.map(({ y }) => y)).toEqual([-16, -16, -16, -16]);
    expect([curves[0]?.[0], curves[2]?.[3]]).toEqual([
      { x: from.x, y: from.y },
      { x: to.x, y: to.y },
    ]);
  }
});

it("goes the longer way round, or between two boxes, where the short one is taken", () => {
  const between = box(COLUMN, 0);
  const { curves } = routeOf(box(0, 0), ROW, box(2 * COLUMN, 0), [between, box(COLUMN, -220)]);
  // Between two boxes of a column there is room for a line.
  expect(curves[1]?.[0].y).toBe(-16);
  const under = routeOf(box(0, 0), ROW, box(2 * COLUMN, 0), [between, box(COLUMN, -210)]);
  expect(under.curves[1]?.[0].y).toBe(216);
});

it("goes straight where all ways round cross as much", () => {
  const others = [box(COLUMN, 0), box(COLUMN, -210), box(COLUMN, 210)];
  expect(routeOf(box(0, 0), ROW, box(2 * COLUMN, 0), others).curves).toEqual(straight());
});

it("leads back behind no box that it joins", () => {
  const [source, target, between] = [box(0, 0), box(600, 400), box(200, 220, 100)];
  expect(crossed(straight(source, target), [between])).toEqual([between]);
  const { curves } = routeOf(source, ROW, target, [between]);
  expect(crossed(curves, [source, target])).toEqual([]);
});

it("joins boxes above each other round their left sides where something stands at the right", () => {
  const others = [box(100, 220, 100)];
  const right = routeOf(box(0, 0), ROW, box(0, 400), []);
  expect([right.from.side, right.to.side]).toEqual([1, 1]);
  const left = routeOf(box(0, 0), ROW, box(0, 400), others);
  expect([left.from, left.to.side]).toEqual([{ x: 0, y: ROW, side: -1 }, -1]);
  expect(crossed(left.curves, others)).toEqual([]);
});
