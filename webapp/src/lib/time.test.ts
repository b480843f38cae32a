// Times at the edges where units change.
import { expect, it } from "vitest";
import { showLanguage } from "./i18n";
import { elapsedMs, formatAgo, formatDuration } from "./time";

it.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1_000, "1.0 s"],
  [9_949, "9.9 s"],
  [9_950, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min 00 s"],
  [65_000, "1 min 05 s"],
  [3_600_000, "1 h 0 min"],
  [86_400_000, "1 d 0 h"],
  [-5, "0 ms"],
])("says %i as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it("says how long ago, and how long until", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  expect(formatAgo("2026-01-01T23:59:58Z", now)).toBe("just now");
  expect(formatAgo("2026-01-01T23:59:18Z", now)).toBe("42 s ago");
  expect(formatAgo("2026-01-01T21:00:00Z", now)).toBe("3 h ago");
  expect(formatAgo("2026-01-02T00:05:00Z", now)).toBe("in 5 min");
});

it("counts on while something lasts", () => {
  const span = { started_at: "2026-01-01T00:00:00Z", finished_at: null };
  expect(elapsedMs(span, Date.parse("2026-01-01T00:00:03Z"))).toBe(3_000);
  expect(elapsedMs({ ...span, duration_ms: 12 }, 0)).toBe(12);
  expect(elapsedMs({ started_at: null }, 0)).toBeUndefined();
});

it("says it as the shown language does", async () => {
  await showLanguage("de");
  const now = Date.parse("2026-01-02T00:00:00Z");
  expect(formatDuration(3_250)).toBe("3,3 s");
  expect(formatDuration(65_000)).toBe("1 min 05 s");
  expect(formatAgo("2026-01-01T23:55:00Z", now)).toBe("vor 5 min");
  expect(formatAgo("2026-01-01T00:00:00Z", now)).toBe("vor 1 Tag");
  expect(formatAgo("2026-01-05T00:00:00Z", now)).toBe("in 3 Tagen");
  await showLanguage("en");
});
