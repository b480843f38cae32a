// Texts in the shown language, where they are filled in and where they must not be.
import { afterEach, expect, it } from "vitest";
import { locale, midSentence, showLanguage, t, translate } from "./i18n";

afterEach(() => showLanguage("en"));

it("fills in, counts, and follows a change of the language", async () => {
  expect([1, 2].map((count) => t("{{count}} problems", { count }))).toEqual(["1 problem", "2 problems"]);
  await showLanguage("de");
  expect([1, 2].map((count) => t("{{count}} problems", { count }))).toEqual(["1 Problem", "2 Probleme"]);
  expect(document.documentElement.lang).toBe("de");
  expect(locale()).toBe("de");
});

it("has two keys for an English word that means two things", async () => {
  expect([t("Run"), t("Run (verb)")]).toEqual(["Run", "Run"]);
  await showLanguage("de");
  expect([t("Run"), t("Run (verb)")]).toEqual(["Lauf", "Starten"]);
});

it("leaves the braces of the server's texts alone, and texts that it does not know", async () => {
  const help = "Write {{ name }} where a value goes. A changed text is the next version.";
  expect(translate(help)).toBe(help);
  await showLanguage("de");
  expect(translate(help)).toMatch(/^\{\{ name \}\} schreiben/);
  expect(translate("Something of their own: a {{ thing }}")).toBe("Something of their own: a {{ thing }}");
});

it("writes a label within a sentence as the language does", async () => {
  expect(midSentence("New password")).toBe("new password");
  await showLanguage("de");
  expect(midSentence("Passwort")).toBe("Passwort");
});
