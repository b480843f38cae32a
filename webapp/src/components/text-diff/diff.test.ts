// @vitest-environment node
// Differences as they are drawn, and two changes of one text put together: nothing of either is lost.
import { describe, expect, it } from "vitest";
import { between, diffLines, merge } from "./lines";
import { folded, rowsOf } from "./rows";

const text = (...lines: string[]) => lines.join("\n");

it("finds the shortest way, and it leads there", () => {
  const [old, now] = [[..."abcabba"], [..."cbabac"]];
  const pieces = between(old, now);
  expect(pieces.filter(({ change }) => change === "same")).toHaveLength(4);
  expect(pieces.filter(({ change }) => change !== "added").map(({ text }) => text)).toEqual(old);
  expect(pieces.filter(({ change }) => change !== "removed").map(({ text }) => text)).toEqual(now);
});

it("pairs lines that take each other's place and marks their words", () => {
  const rows = rowsOf(
    diffLines(text("a", "Say hello to {{ name }}", "b"), text("a", "Say hi to {{ name }}", "new", "b")),
  );
  expect(rows.map(({ old, now, isSame }) => [old?.line, now?.line, isSame])).toEqual([
    [1, 1, true],
    [2, 2, false],
    [undefined, 3, false],
    [3, 4, true],
  ]);
  const marked = (side: "old" | "now") =>
    rows[1]?.[side]?.words.filter(({ change }) => change !== "same").map(({ text }) => text);
  expect([marked("old"), marked("now")]).toEqual([["hello"], ["hi"]]);
});

it("marks no words where two lines have nothing in common", () => {
  const [row] = rowsOf(diffLines("one two three", "entirely else"));
  expect(row?.old?.words).toEqual([{ change: "removed", text: "one two three" }]);
});

it("folds what is far from any change", () => {
  const many = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const changed = many.map((line, index) => (index === 15 ? "other" : line));
  const shown = folded(rowsOf(diffLines(text(...many), text(...changed))));
  expect(shown.map((each) => (each.is === "fold" ? each.rows.length : 1))).toEqual([
    12, 1, 1, 1, 1, 1, 1, 1, 11,
  ]);
});

describe("two changes of one text", () => {
  const base = text("one", "two", "three", "four");
  it.each([
    [
      "apart",
      text("ONE", "two", "three", "four"),
      text("one", "two", "three", "FOUR", "five"),
      text("ONE", "two", "three", "FOUR", "five"),
      0,
    ],
    [
      "alike",
      text("one", "2", "three", "four"),
      text("one", "2", "three", "four"),
      text("one", "2", "three", "four"),
      0,
    ],
    [
      "in one place",
      text("one", "mine", "three", "four"),
      text("one", "theirs", "three", "four"),
      text("one", "theirs", "mine", "three", "four"),
      1,
    ],
    [
      "one of which removes what the other changes",
      text("one", "four"),
      text("one", "two", "3", "four"),
      text("one", "two", "3", "four"),
      1,
    ],
    ["of nothing", base, base, base, 0],
  ])("%s", (_, mine, theirs, expected, clashes) => {
    expect(merge(base, mine, theirs)).toEqual({ text: expected, clashes });
  });
});
