// A view moves once it is somewhere else: who only presses on a node chooses it.
import { expect, it } from "vitest";
import { hasMoved } from "./use-moving";

it("moves only once it is somewhere else than where the mouse went down", () => {
  const start = { x: 10, y: 20, zoom: 1 };
  expect(hasMoved(start, start)).toBe(false);
  expect(hasMoved(start, { ...start, x: 11 })).toBe(false);
  expect(hasMoved(start, { ...start, x: 11, y: 21 })).toBe(true);
  expect(hasMoved(start, { ...start, zoom: 1.1 })).toBe(true);
  expect(hasMoved(undefined, start)).toBe(true);
});
