// Every code of docs/errors has its sentence in German, with the server's own words kept beside it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { showLanguage } from "@/lib/i18n";
import { ApiFailure, meaningOf, sayFailure, sayInOneLine } from "./failure";

const ERRORS = join(import.meta.dirname, "../../../docs/errors");
const codes = readdirSync(ERRORS)
  .filter((file) => file !== "README.md")
  .map((file) => file.replace(/\.md$/, ""));
const table = readFileSync(join(ERRORS, "README.md"), "utf8");

afterEach(() => showLanguage("en"));

it("says every code as its documentation does, and in German", async () => {
  expect(codes.length).toBeGreaterThan(15);
  const english = codes.map((code) => [code, meaningOf(code)]);
  const documented = codes.map((code) => [
    code,
    new RegExp(`^\\| \\[\`${code}\`\\].*\\| \\d+ \\| (.*) \\|$`, "m").exec(table)?.[1],
  ]);
  expect(english).toEqual(documented);
  await showLanguage("de");
  const untranslated = english.filter(([code, text]) => meaningOf(code ?? "") === text);
  expect(untranslated).toEqual([]);
});

it("keeps what the server said, and leaves it alone in English", async () => {
  const refusal = new ApiFailure(409, "conflict", "the name `books` is taken by another model");
  expect(sayFailure(refusal)).toEqual({ text: "the name `books` is taken by another model" });
  await showLanguage("de");
  expect(sayFailure(refusal)).toEqual({
    text: "Etwas, das schon da ist, steht dem entgegen.",
    original: "the name `books` is taken by another model",
  });
  expect(sayInOneLine(refusal)).toMatch(/^Etwas, .*\(the name `books` is taken by another model\)$/);
});

it("says a sentence that it knows in German alone, and what has no code as it is", async () => {
  await showLanguage("de");
  const wrong = new ApiFailure(422, "validation_failed", "the current password is wrong");
  expect(sayFailure(wrong)).toEqual({ text: "Das aktuelle Passwort ist falsch." });
  expect(sayFailure(new Error("Das war nichts."))).toEqual({ text: "Das war nichts." });
});
