// Log lines arrive from two sides, twice, and in great number.
import { expect, it } from "vitest";
import { appendLines, MOST_LOG_LINES, resumeLogsAfter } from "./run-store";

const line = (id: number) => ({
  id,
  step: "a",
  attempt: 1,
  at: "t",
  stream: "stdout" as const,
  text: `${id}`,
});
const none = { lines: [], truncated: false };

it("keeps lines in order and takes none twice", () => {
  const once = appendLines(none, [line(2), line(1)]);
  const twice = appendLines(once, [line(2), line(3)]);
  expect(twice.lines.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(appendLines(twice, [line(3)])).toBe(twice);
});

it("drops the oldest when there are too many", () => {
  const many = appendLines(
    none,
    Array.from({ length: MOST_LOG_LINES + 5 }, (_, index) => line(index + 1)),
  );
  expect(many.lines).toHaveLength(MOST_LOG_LINES);
  expect(many.lines[0]?.id).toBe(6);
  expect(many.truncated).toBe(true);
});

it("puts a line that became visible late where it belongs, and reads again from before it", () => {
  const logs = appendLines(appendLines(none, [line(1), line(4)]), [line(3)]);
  expect(logs.lines.map(({ id }) => id)).toEqual([1, 3, 4]);
  expect(resumeLogsAfter(logs)).toBe(0);
});
