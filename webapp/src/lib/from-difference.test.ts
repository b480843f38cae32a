// A long value is told from where it differs, or nobody sees how.
import { expect, it } from "vitest";
import { fromDifference } from "./from-difference";

const LONG = "let total = 0; for item in inputs.items { total += item.price; } ";

it("tells short values whole", () => {
  expect(fromDifference(1, "two")).toEqual(["1", '"two"']);
  expect(fromDifference(undefined, { a: 1 })).toEqual(["", '{"a":1}']);
});

it("begins long ones shortly before the difference", () => {
  expect(fromDifference(`${LONG}total * 2`, `${LONG}total * 3 + 1`)).toEqual([
    '…total * 2"',
    '…total * 3 + 1"',
  ]);
  expect(fromDifference(`A${LONG}`, `B${LONG}`)[0]).toMatch(/^"Alet total/);
});

it("does not begin within a sign", () => {
  const same = `${LONG}\u{1F600}1234567`;
  const [one] = fromDifference(`${same}a`, `${same}b`);
  expect(one.startsWith("…\u{1F600}1234567a")).toBe(true);
  const [line] = fromDifference(`${LONG}\n1234567a`, `${LONG}\n1234567b`);
  expect(line).toBe('…\\n1234567a"');
});
