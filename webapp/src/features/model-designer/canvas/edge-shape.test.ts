// A relation leaves and arrives on the sides that face each other.
import { expect, it } from "vitest";
import { curveOf, endsOf, linePath } from "./edge-shape";

const box = (x: number, y: number) => ({ x, y, width: 100, height: 80 });

it("goes from the row to the head of the other box, the short way", () => {
  const [from, to] = endsOf(box(0, 0), 60, box(300, 40));
  expect(from).toEqual({ x: 100, y: 60, side: 1 });
  expect(to).toEqual({ x: 300, y: 63, side: -1 });
  const [back, end] = endsOf(box(300, 0), 60, box(0, 0));
  expect([back.x, back.side, end.x, end.side]).toEqual([300, -1, 100, 1]);
});

it("goes round the right side to what stands below, and to the box itself", () => {
  for (const target of [box(20, 200), box(0, 0)]) {
    const [from, to] = endsOf(box(0, 0), 60, target);
    expect([from.side, to.side]).toEqual([1, 1]);
    expect(linePath([curveOf(from, to)])).toMatch(/^M 100 60 C /);
  }
});
