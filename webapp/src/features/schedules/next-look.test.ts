// Times to come do not grow old on the screen.
import { expect, it } from "vitest";
import { nextLook } from "./next-look";

const NOW = Date.parse("2026-11-30T12:00:00Z");

it.each([
  ["soon", ["2026-11-30T12:00:05Z", "2026-11-30T12:00:10Z"], 5_500],
  ["tomorrow", ["2026-12-01T12:00:00Z"], 30_000],
  ["over already", ["2026-11-30T11:59:00Z"], 2_000],
  ["none", [], 30_000],
  ["not read yet", undefined, 30_000],
])("looks again when the first has passed: %s", (_, times, expected) => {
  expect(nextLook(times, NOW)).toBe(expected);
});
