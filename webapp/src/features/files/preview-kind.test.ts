// What is shown and what never is: nothing that could hold a script.
import { expect, it } from "vitest";
import { LARGEST_TEXT, previewKind } from "./preview-kind";

it("shows pictures and texts", () => {
  expect(previewKind("image/png", 10)).toBe("picture");
  expect(previewKind("text/csv; charset=utf-8", 10)).toBe("text");
  expect(previewKind("application/json", 10)).toBe("text");
});

it.each([
  "image/svg+xml",
  "text/html",
  "application/pdf",
  "application/octet-stream",
  "text/html; image/png",
])("never shows %s", (type) => {
  expect(previewKind(type, 10)).toBe("none");
});

it("shows nothing that is too large to be fetched for a look", () => {
  expect(previewKind("text/plain", LARGEST_TEXT)).toBe("text");
  expect(previewKind("text/plain", LARGEST_TEXT + 1)).toBe("large");
});
