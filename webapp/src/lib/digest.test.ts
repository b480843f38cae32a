// The same for the same text, another for every other one, and nothing of the text in it.
import { expect, it } from "vitest";
import { digest } from "./digest";

it("is the same for the same text alone", () => {
  expect(digest("hunter2")).toBe(digest("hunter2"));
  const many = Array.from({ length: 20_000 }, (_, number) => digest(`{"value":"${number}"}`));
  expect(new Set(many).size).toBe(many.length);
});

it("tells texts apart that differ in one place, or in their order", () => {
  const texts = ["", "a", "b", "ab", "ba", "aa", "ä", "\u0000", "\u0000\u0000"];
  expect(new Set(texts.map(digest)).size).toBe(texts.length);
});

it("holds nothing of the text", () => {
  expect(digest("hunter2")).not.toMatch(/hunter/);
});
