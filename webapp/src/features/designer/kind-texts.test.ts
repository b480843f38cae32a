// What the catalogue of node kinds says on the screens is there in German: each title, summary, category and help of a
// field. The catalogue is the one that the server's own program tells (`api/nodes.json`, written by `cargo xtask gen`).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { NodeKind } from "@/api/types";
import { kindTitle, sayText } from "@/components/canvas/kind-texts";
import { showLanguage } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { pickFrom } from "@/lib/pick";
import { readFields } from "@/lib/schema-field";
import { hasName, paletteItems } from "./palette/palette-items";

const ROOT = join(import.meta.dirname, "../../../..");
const told: NodeKind[] = JSON.parse(readFileSync(join(ROOT, "api/nodes.json"), "utf8"));
const kinds = told.map((kind) => ({ ...kind, enabled: true }));
const texts = readFileSync(join(import.meta.dirname, "../../server/nodes/de.json"), "utf8");
const german = new Map<string, string>(Object.entries(JSON.parse(texts)));

/** Says everything that the palette, the inspector and the completions can show of a kind. */
function sayAll(kind: NodeKind, say: (text: string) => string): void {
  kindTitle(kind, say);
  sayText(kind.summary, say);
  readFields(kind.config_schema, kind.scripts, (text) => sayText(text, say));
  for (const text of descriptionsIn(kind.output_schema)) sayText(text, say);
}

/** All that the completions may come to. */
function descriptionsIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(descriptionsIn);
  if (!isRecord(schema)) return [];
  const own = typeof schema.description === "string" ? [schema.description] : [];
  return [...own, ...Object.values(schema).flatMap(descriptionsIn)];
}

/** Why an operator has to allow a kind stands in its source alone: to the program that tells the catalogue all are allowed. */
function reasonsToDisable(): string[] {
  const folder = join(ROOT, "nodes/src/kinds");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".rs"))
    .flatMap((file) => {
      const code = readFileSync(join(folder, file), "utf8");
      const reason = /fn disabled_reason[^"]*"((?:[^"\\]|\\[\s\S])*)"/.exec(code)?.[1];
      return reason === undefined ? [] : [reason.replace(/\\\n\s*/g, "")];
    });
}

/** The same in both languages. */
const NO_WORDS = /^`[^`]*`$/;

afterEach(() => showLanguage("en"));

it("has the German of every text of every kind, and no other", () => {
  const asked = new Set(reasonsToDisable());
  expect(asked.size).toBeGreaterThan(0);
  const note = (text: string) => {
    asked.add(text);
    return text;
  };
  for (const kind of kinds) sayAll(kind, note);
  expect(kinds.length).toBeGreaterThan(20);
  expect([...asked].filter((text) => !german.has(text) && !NO_WORDS.test(text))).toEqual([]);
  expect([...german.keys()].filter((text) => !asked.has(text))).toEqual([]);
});

it("has a name for every category", () => {
  expect(kinds.filter(({ category }) => !hasName(category)).map(({ category }) => category)).toEqual([]);
});

it("offers kinds in the language of whoever reads, and finds them by both names", async () => {
  const first = (words: string) => pickFrom(paletteItems(kinds), words)[0];
  expect(first("http request")).toMatchObject({ id: "http.request", title: "HTTP request", group: "HTTP" });
  await showLanguage("de");
  expect(first("anfrage")).toMatchObject({
    id: "http.request",
    title: "HTTP-Anfrage",
    hint: "Ruft eine HTTP-Adresse auf und gibt ihre Antwort zurück.",
  });
  for (const kind of kinds) {
    expect(first(kindTitle(kind))?.id, kind.kind).toBe(kind.kind);
    expect(first(kind.title)?.id, kind.kind).toBe(kind.kind);
  }
});

it("explains fields and their choices in the language of whoever reads", async () => {
  await showLanguage("de");
  const request = kinds.find(({ kind }) => kind === "http.request");
  const fields = readFields(request?.config_schema, [], sayText);
  expect(fields.find(({ name }) => name === "url")?.help).toBe("Eine http- oder https-Adresse.");
  expect(fields.find(({ name }) => name === "response")?.shape).toMatchObject({
    options: [{ help: "Ein Wert: JSON, Text oder Base64." }, {}],
  });
});
