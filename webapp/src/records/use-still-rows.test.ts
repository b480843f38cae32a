// Where the rows that somebody looks at have gone to.
import { expect, it } from "vitest";
import { shiftOf } from "./use-still-rows";

const held = { index: 2, ids: ["c", "d"] } as const;
const shift = (rows: string) => shiftOf(held, (index) => rows[index]);

it("follows rows that others have come in above of", () => {
  expect(shift("abcde")).toBe(0);
  expect(shift("xyabcde")).toBe(2);
});

it("follows no row that has moved by itself, or is gone", () => {
  expect(shift("abdec")).toBe(0);
  expect(shift("abdef")).toBe(0);
  expect(shift("")).toBe(0);
});
