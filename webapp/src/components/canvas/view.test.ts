// The first view shows the whole graph if that can be read, and otherwise its beginning.
import { expect, it } from "vitest";
import { firstView, isCut } from "./view";

const PHONE = { width: 390, height: 600 };

it("centres a graph that fits", () => {
  const view = firstView({ x: 0, y: 0, width: 200, height: 100 }, { width: 1000, height: 600 }, "right");
  expect(view.zoom).toBe(1.1);
  expect(view.x).toBeCloseTo((1000 - 220) / 2);
});

it("starts at the beginning of one that does not", () => {
  const view = firstView({ x: 50, y: 0, width: 9000, height: 100 }, { width: 800, height: 600 }, "right");
  expect(view.zoom).toBe(0.5);
  expect(view.x + 50 * view.zoom).toBe(36);
});

it("knows whether it shows all of it", () => {
  for (const [width, cut] of [
    [200, false],
    [1200, false],
    [9000, true],
  ] as const) {
    const extent = { x: 50, y: 0, width, height: 100 };
    const frame = { width: 800, height: 600 };
    expect(isCut(extent, frame, firstView(extent, frame, "right"))).toBe(cut);
  }
});

it("shows all of one that is meant to be seen at once, as small as it may get", () => {
  const extent = { x: 0, y: 0, width: 920, height: 400 };
  const whole = firstView(extent, PHONE, "right", 0.3);
  expect(whole.x).toBeGreaterThanOrEqual(0);
  expect(whole.x + extent.width * whole.zoom).toBeLessThanOrEqual(PHONE.width);
  expect(firstView(extent, PHONE, "right").zoom).toBe(0.5);
});

it("keeps what would get too small at a size that can be read", () => {
  expect(firstView({ x: 0, y: 0, width: 4000, height: 400 }, PHONE, "right", 0.3).zoom).toBe(0.5);
});
