// @vitest-environment node
// The way from part to part of a screen.
import { expect, it } from "vitest";
import { partAfter } from "./part-order";

it("goes round in both directions", () => {
  const all = [true, true, true];
  expect([0, 1, 2].map((at) => partAfter(all, at, 1))).toEqual([1, 2, 0]);
  expect([0, 1, 2].map((at) => partAfter(all, at, -1))).toEqual([2, 0, 1]);
});

it("begins with the first, or backwards with the last", () => {
  expect(partAfter([true, true, true], -1, 1)).toBe(0);
  expect(partAfter([true, true, true], -1, -1)).toBe(2);
});

it("leaves out what can't take the keyboard, and comes back where nothing else can", () => {
  expect(partAfter([true, false, true], 0, 1)).toBe(2);
  expect(partAfter([true, false, false], 0, 1)).toBe(0);
  expect(partAfter([false, false], -1, 1)).toBeUndefined();
  expect(partAfter([], -1, 1)).toBeUndefined();
});
