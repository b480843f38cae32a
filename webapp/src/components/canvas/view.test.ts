// The first view shows the whole graph if that can be read, and otherwise its beginning.
import { expect, it } from "vitest";
import { firstView } from "./view";

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
