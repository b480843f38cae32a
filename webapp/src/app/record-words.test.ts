// The German of the record screens, by what is easily forgotten: the sentences that rules.ts makes, and numbers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { showLanguage } from "@/lib/i18n";
import { spoken } from "./record-words";

afterEach(() => showLanguage("en"));

it("speaks English by itself", () => {
  expect(spoken().words).toBeUndefined();
});

it("says every fault that the rules find in German", async () => {
  await showLanguage("de");
  const { words } = spoken();
  const source = readFileSync(join(import.meta.dirname, "../records/rules.ts"), "utf8");
  const sentences = [...source.matchAll(/fault: (["'`])(.+?)\1 ?\}/g)].map(([, , text = ""]) =>
    text.replaceAll(/\$\{[^}]*\}/g, "3"),
  );
  expect(sentences.length).toBeGreaterThan(20);
  expect(sentences.filter((sentence) => words?.fault(sentence) === sentence)).toEqual([]);
  expect(words?.fault("must have at most 63 characters")).toBe("darf höchstens 63 Zeichen haben");
});

it("writes numbers as the language does", async () => {
  await showLanguage("de");
  expect(spoken().words?.deleteManySure(1)).toMatch(/^1 Datensatz löschen/);
  expect(spoken().words?.deleteManySure(2, true)).toBe(
    "2 Datensätze löschen? Der Papierkorb behält das noch eine Weile.",
  );
  expect(spoken().words?.loaded(12_345, true)).toBe("12.345+");
  expect(spoken().manner.locale).toBe("de");
});
