// Fields are called as people call them, and not by the keys of the document.
import { afterEach, expect, it } from "vitest";
import { showLanguage } from "@/lib/i18n";
import type { SchemaField } from "@/lib/schema-field";
import { nodeRules, runSettings } from "./rules";

afterEach(() => showLanguage("en"));

const labels = (fields: SchemaField[]): string[] =>
  fields.flatMap(({ label, shape }) => [label, ...(shape.type === "fields" ? labels(shape.fields) : [])]);

it.each(["en", "de"] as const)("has labels in %s, each once", async (language) => {
  await showLanguage(language);
  for (const fields of [nodeRules(), runSettings()]) {
    const said = labels(fields);
    expect(said.filter((label) => !/^\p{Lu}[^_]*$/u.test(label))).toEqual([]);
    expect(new Set(said).size).toBe(said.length);
  }
});
