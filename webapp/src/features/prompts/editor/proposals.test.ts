// @vitest-environment node
// What is proposed while a prompt is written, and where nothing is.
import { expect, it } from "vitest";
import { proposals } from "./proposals";

const at = (text: string) => {
  const found = proposals(text.replace("¦", ""), text.indexOf("¦"), ["language", "name"]);
  return (
    found && [
      found.begun,
      found.options
        .map(({ label }) => label)
        .join(" ")
        .slice(0, 13),
      found.isFresh,
    ]
  );
};

it.each([
  ["Dear {{ ¦ }}", ["", "language name", true]],
  ["Dear {{na¦}}", ["na", "language name", true]],
  ["{{ name | ¦ }}", ["", "default first", true]],
  ["{% ¦ %}", ["", "if elif else ", true]],
  ["{% if ¦ %}", ["", "language name", false]],
  ["{{ name }} ¦", undefined],
  ["¦{{ name }}", undefined],
  ["{{ name.¦ }}", undefined],
  ["{{ 'na¦' }}", undefined],
])("%j", (text, expected) => {
  expect(at(text)).toEqual(expected);
});
