// What was chosen in this browser goes before what was chosen in others, and either before what the browser asks for.
import { afterEach, beforeEach, expect, it } from "vitest";
import { adoptLanguage, chooseLanguage, language, preferredLanguage, showLanguage } from "./i18n";
import { adoptTheme, chooseTheme, theme } from "./theme";

beforeEach(() => {
  localStorage.clear();
});
afterEach(async () => {
  localStorage.clear();
  chooseTheme("system");
  await showLanguage("en");
  localStorage.clear();
});

it("takes over what was chosen in another browser, and knows it after a reload", async () => {
  adoptTheme("dark");
  await adoptLanguage("de");
  expect([theme(), language()]).toEqual(["dark", "de"]);
  expect(preferredLanguage()).toBe("de");
  expect(localStorage.getItem("lathe.theme.adopted")).toBe("dark");
});

it("keeps to what was chosen in this one", async () => {
  chooseTheme("light");
  await chooseLanguage("en");
  adoptTheme("dark");
  await adoptLanguage("de");
  expect([theme(), language(), preferredLanguage()]).toEqual(["light", "en", "en"]);
});

it("takes the theme of the system for a choice as well", () => {
  chooseTheme("system");
  adoptTheme("dark");
  expect(theme()).toBe("system");
});

it("gives up what it took over from somebody who was here before", async () => {
  adoptTheme("dark");
  await adoptLanguage("de");
  adoptTheme(null);
  await adoptLanguage(null);
  expect([theme(), language()]).toEqual(["system", "en"]);
});
