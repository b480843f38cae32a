// Bars, lines and their sides: what is drawn is what was counted.
import { expect, it } from "vitest";
import { HEIGHT, linearScale, linePath, logScale, pointAt, stackedBars } from "./chart-scale";

it("ends at a round number that all values fit under", () => {
  expect(linearScale(0).ticks).toEqual([0, 1]);
  expect(linearScale(7).ticks).toEqual([0, 4, 8]);
  expect(linearScale(100).ticks).toEqual([0, 50, 100]);
  expect(linearScale(101).ticks).toEqual([0, 100, 200]);
  for (const max of [1, 3, 9, 99, 1_234, 1e7]) {
    const { y, ticks } = linearScale(max);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
    expect(y(0)).toBe(HEIGHT);
    expect(y(max)).toBeGreaterThanOrEqual(0);
  }
});

it("goes by powers of ten where values differ by much", () => {
  const { y, ticks } = logScale([0.4, null, 30_000]);
  expect(ticks[0]).toBeLessThanOrEqual(0.4);
  expect(ticks.length).toBeLessThanOrEqual(4);
  expect(y(30_000)).toBeLessThan(y(300));
  expect(y(0)).toBe(HEIGHT);
  expect(logScale([]).ticks).toEqual([1, 10]);
});

it("puts bars on each other, and none where nothing was", () => {
  const scale = linearScale(4);
  const [first, second] = stackedBars(
    [
      [1, 0],
      [3, 2],
    ],
    scale,
  );
  expect(first).toBe("M0.1 100V75h0.8V100z");
  expect(second).toBe("M0.1 75V0h0.8V75zM1.1 100V50h0.8V100z");
});

it("breaks a line where nothing is known, and shows a value that stands alone", () => {
  const scale = linearScale(1);
  expect(linePath([0, 1, null, 1, null], scale)).toBe("M0.5 100L1.5 0M3.5 0h0.01");
  expect(linePath([null, null], scale)).toBe("");
});

it("finds the point under the mouse", () => {
  expect([-1, 0, 0.5, 0.99, 1, 2].map((share) => pointAt(share, 60))).toEqual([0, 0, 30, 59, 59, 59]);
  expect(pointAt(0.5, 0)).toBe(0);
});
