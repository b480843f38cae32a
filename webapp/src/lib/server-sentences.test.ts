// Sentences of the server in German: those that it still says, with what they name filled in.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import german from "../server/sentences.de.json";
import { showLanguage } from "./i18n";
import { isRecord } from "./json";
import { knownSentence, said, sayFault } from "./server-sentences";

const ROOT = join(import.meta.dirname, "../../..");
const SAID_BY = ["api", "engine", "blueprint", "nodes", "runner"];
const patternsIn = (schema: unknown): string[] =>
  Array.isArray(schema)
    ? schema.flatMap(patternsIn)
    : isRecord(schema)
      ? [
          ...(typeof schema.pattern === "string" ? [schema.pattern] : []),
          ...Object.values(schema).flatMap(patternsIn),
        ]
      : [];
const holesOf = (text: string) => [...new Set(text.match(/\{\w*\}/g))].sort();

afterEach(() => showLanguage("en"));

it("has only sentences that the server says", () => {
  const source = SAID_BY.flatMap((name) => {
    const folder = join(ROOT, name, "src");
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".rs"))
      .map((file) => readFileSync(join(folder, file), "utf8").replace(/\\\n\s*/g, ""));
  }).join("\n");
  expect(source.length).toBeGreaterThan(100_000);
  // Where something is filled in, the braces that are meant stand twice.
  const isSaid = (sentence: string) =>
    [sentence, sentence.replace(/[{}]/g, "$&$&")].some((written) =>
      source.includes(`"${written.replaceAll("\n", "\\n")}"`),
    );
  expect(Object.keys(german).filter((sentence) => !isSaid(sentence))).toEqual([]);
});

it("has words for every pattern of a field, and German for them", () => {
  const document: unknown = JSON.parse(readFileSync(join(ROOT, "api/openapi.json"), "utf8"));
  const schemas = isRecord(document) && isRecord(document.components) ? document.components.schemas : {};
  const patterns = new Set(patternsIn(schemas));
  expect(patterns.size).toBeGreaterThan(5);
  const source = readFileSync(join(ROOT, "api/src/validation/explain.rs"), "utf8");
  const arms = source.matchAll(/"(\^[^"]+\$)" => (?:\{\s*)?"([^"]+)"/g);
  const words = new Map([...arms].map(([, pattern = "", said = ""]) => [pattern, said]));
  expect([...patterns].filter((pattern) => !words.has(pattern))).toEqual([]);
  expect([...words.values()].filter((said) => !Object.hasOwn(german, said))).toEqual([]);
});

it("fills in nothing that the server does not name", () => {
  const differing = Object.entries(german).filter(([english, said]) =>
    holesOf(said).some((hole) => !holesOf(english).includes(hole)),
  );
  expect(differing).toEqual([]);
});

it("keeps what is named", async () => {
  expect(knownSentence("the password is wrong")).toBeUndefined();
  await showLanguage("de");
  expect(sayFault("it answered 503")).toBe("Die Antwort war 503.");
  expect(sayFault("it answered 404 instead of 200")).not.toMatch(/\bit\b|instead/);
  expect(sayFault("the body has 3 faults")).toBe("Das Gesendete hat 3 Fehler.");
  expect(sayFault("the execution is running: pause it first")).toBe(
    "Der Lauf hat den Status running: bitte erst anhalten.",
  );
  expect(sayFault("`name` has to have at least 3 characters")).toBe("`name` muss mindestens 3 Zeichen haben");
  expect(sayFault("`scopes` is missing")).toBe("`scopes` fehlt");
  expect(sayFault("`books` has a field `title` already; rename one of them")).toBe(
    "`books` hat schon ein Feld `title`; eines umbenennen.",
  );
  expect(sayFault("there is no node `fecth`; did you mean `fetch`?")).toBe(
    "Es gibt keinen Knoten `fecth`; war `fetch` gemeint?",
  );
  expect(sayFault("the field name `a b` begins like a system table; choose another beginning")).toBe(
    "Feld: Der Name `a b` beginnt wie eine Systemtabelle; einen anderen Anfang wählen.",
  );
  // Somebody may call something by a word that the server has, too.
  expect(sayFault("the field `model` is missing")).toBe("Das Feld `model` fehlt.");
  expect(sayFault("https://example.org/a answered 503")).toBe(
    "https://example.org/a hat mit 503 geantwortet",
  );
  expect(
    sayFault("release 3 was not healthy: it ended. It was stopped. Its last words:\nthe run was cancelled"),
  ).toBe(
    "Release 3 war nicht gesund: es hat sich beendet. Es wurde angehalten. Seine letzten Zeilen:\nthe run was cancelled",
  );
  expect(sayFault("must be at most 7")).toBe("darf höchstens 7 sein");
  expect(sayFault("something else that the server said")).toBe("something else that the server said");
});

it("marks what stays English for who reads another language", async () => {
  expect(said("nobody has translated this")).toEqual({ message: "nobody has translated this" });
  await showLanguage("de");
  expect(said("nobody has translated this")).toEqual({ message: "nobody has translated this", lang: "en" });
  expect(said("the run was cancelled")).toEqual({ message: "Der Lauf wurde abgebrochen." });
});
