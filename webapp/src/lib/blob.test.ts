// References are told from values that look like them, and sizes are said in round numbers.
import { expect, it } from "vitest";
import { blobOf, formatBytes } from "./blob";

const about = { execution: "0198f3a2", sha256: "ab".repeat(32), size: 7, type: "text/plain" };

it("knows a reference", () => {
  expect(blobOf({ $blob: about })).toEqual(about);
});

it.each([
  [null],
  [[about]],
  [{ $blob: about, more: 1 }],
  [{ $blob: { ...about, sha256: "../../status" } }],
  [{ $blob: { ...about, size: "7" } }],
])("leaves %j a value", (value) => {
  expect(blobOf(value)).toBeUndefined();
});

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.0 KB"],
  [2_400_000, "2.4 MB"],
  [33_554_432, "34 MB"],
  [999_950_000, "1.0 GB"],
])("says %i as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
