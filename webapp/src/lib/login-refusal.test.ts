// @vitest-environment node
// Every word that the server may send has its sentence, and no other word gets onto the page.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loginRefusal } from "./login-refusal";

const SERVER = new URL("../../../api/src/oauth/refusal.rs", import.meta.url);

it("has a sentence for every word of the server", () => {
  const words = [...readFileSync(SERVER, "utf8").matchAll(/=> "([a-z_]+)"/g)].map((match) => match[1] ?? "");
  expect(words.length).toBeGreaterThan(10);
  const unknown = loginRefusal("");
  for (const word of words) expect(loginRefusal(word), word).not.toBe(unknown);
});

it.each(["<b>hello</b>", "constructor", "__proto__"])("does not repeat %j", (word) => {
  expect(loginRefusal(word)).toBe(loginRefusal(""));
});
