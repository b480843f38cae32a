// Texts in the language of whoever reads. The English text is its own key; other languages stand in a `de.json` beside
// what shows them, and are loaded when somebody reads in them. English needs a file only for its plurals.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { OwnChoice } from "./own-choice";

export { Trans } from "react-i18next";

export type Texts = Record<string, string>;

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const choice = new OwnChoice("lathe.language");
const LOAD: Record<Exclude<Language, "en">, () => Promise<{ default: Texts; sentences: Texts }>> = {
  de: () => import("./languages/de"),
};

const plurals = import.meta.glob<Texts>("../**/en.json", { eager: true, import: "default" });

i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  initAsync: false,
  // It would thank its sponsor in the console of everybody.
  showSupportNotice: false,
  // Keys are whole sentences, with their full stops and colons.
  keySeparator: false,
  nsSeparator: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  resources: { en: { translation: Object.assign({}, ...Object.values(plurals)) } },
});

/** The text in the present language. The key is a literal, so that a test finds what has no translation. */
export function t(text: string, values: Record<string, unknown> = {}): string {
  return i18next.t(text, values);
}

/** For texts that come from the server, which has them in English: translated where there is a translation. */
export function translate(text: string): string {
  // Their braces are what people are told to write, and nothing to be filled in.
  return i18next.t(text, { skipInterpolation: true });
}

const sentencesBy = new Map<Language, Texts>();

/** Sentences of the server by how it says them; none in its own language. */
export function sentences(): Texts | undefined {
  return sentencesBy.get(language());
}

export function language(): Language {
  return i18next.language === "de" ? "de" : "en";
}

/** For numbers and dates: the reader's own country, where it speaks the language that is shown. */
export function locale(): string {
  const shown = language();
  return navigator.languages.find((tag) => tag.slice(0, 2).toLowerCase() === shown) ?? shown;
}

/** A label within a sentence: English writes it small, German keeps its nouns as they are. */
export function midSentence(label: string): string {
  return language() === "en" ? label.toLowerCase() : label;
}

/** Calls back when another language is shown. */
export function onLanguage(listener: () => void): () => void {
  i18next.on("languageChanged", listener);
  return () => i18next.off("languageChanged", listener);
}

export async function showLanguage(chosen: Language): Promise<void> {
  if (chosen !== "en" && !i18next.hasResourceBundle(chosen, "translation")) {
    const loaded = await LOAD[chosen]();
    i18next.addResourceBundle(chosen, "translation", loaded.default);
    sentencesBy.set(chosen, loaded.sentences);
  }
  await i18next.changeLanguage(chosen);
  document.documentElement.lang = chosen;
}

/** Shows another language, now and after a reload. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  await showLanguage(chosen);
  choice.make(chosen);
}

/** Shows what somebody has chosen in another browser, as long as they have chosen nothing in this one. */
export async function adoptLanguage(chosen: Language | null): Promise<void> {
  if (choice.adopt(chosen) && preferredLanguage() !== language()) await showLanguage(preferredLanguage());
}

/** What was chosen before, or else what the browser asks for. */
export function preferredLanguage(): Language {
  const wanted = [choice.read(), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return wanted.find((tag): tag is Language => tag !== undefined && tag in LANGUAGES) ?? "en";
}
