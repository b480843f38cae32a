// What the server's description of its models says in German: every text of its pack has its own, and what a workspace has
// named itself keeps its name.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { readManifest } from "@/records";
import de from "../server/de.json";
import { translateManifest } from "./translate-manifest";

interface Named {
  name: string;
  label?: string;
}
interface PackModel extends Named {
  fields: (Named & { values?: string[] })[];
}
interface Pack {
  models: PackModel[];
  relationships: (Named & { inverse: string })[];
}
interface Screen {
  help?: Record<string, string>;
  views?: { label: string }[];
  actions?: { label: string; confirm?: string }[];
}

const PACK = join(import.meta.dirname, "../../../api/src/meta/pack");
const read = (file: string): unknown => parse(readFileSync(join(PACK, file), "utf8"));
const pack = read("models.yaml") as Pack;
const screens = read("screens.yaml") as Record<string, Screen>;
const german = new Map<string, string>(Object.entries(de));

/** As the server makes a label of a name. */
const labelOf = ({ name, label }: Named) => {
  const spaced = name.replaceAll("_", " ");
  return label ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

const described = readManifest({
  models: pack.models.map(({ name, label, fields }) => ({
    name,
    label: labelOf({ name, label }),
    fields: fields.map((field) => ({
      ...field,
      label: labelOf(field),
      type: field.values ? "enum" : "text",
      options: { values: field.values },
      help: screens[name]?.help?.[field.name],
    })),
    relations: pack.relationships.map((relation) => ({ ...relation, label: labelOf(relation) })),
    referrers: pack.relationships.map(({ inverse }) => ({ name: inverse, label: labelOf({ name, label }) })),
    views: screens[name]?.views,
    actions: screens[name]?.actions,
  })),
});

it("has the German of every text of the pack, and no other", () => {
  const asked = new Set<string>();
  const missing = new Set<string>();
  translateManifest(described, (text) => {
    asked.add(text);
    const said = german.get(text);
    if (said === undefined && !text.endsWith(" (verb)")) missing.add(text);
    return said ?? text;
  });
  // A verb that has its German needs none as a noun.
  for (const text of missing) if (german.has(`${text} (verb)`)) missing.delete(text);
  expect([...missing]).toEqual([]);
  expect([...german.keys()].filter((text) => !asked.has(text))).toEqual([]);
});

it("translates what is read, and nothing that is sent", () => {
  const manifest = readManifest({
    models: [
      {
        name: "executions",
        label: "Runs",
        fields: [
          { name: "status", label: "Status", type: "enum", options: { values: ["timed_out"] } },
          { name: "team", label: "Status", type: "text", extra: true },
        ],
        actions: [{ name: "run", label: "Run", path: "/x", confirm: "Sure?" }],
      },
    ],
  });
  const words = new Map([
    ["Runs", "Läufe"],
    ["run", "Lauf"],
    ["Status", "Zustand"],
    ["timed out", "zu spät"],
    ["Run", "Lauf"],
    ["Run (verb)", "Starten"],
  ]);
  const [model] = translateManifest(manifest, (text) => words.get(text) ?? text).models;
  expect(model).toMatchObject({ name: "executions", label: "Läufe", one: "Lauf" });
  expect(model?.fields[0]).toMatchObject({
    name: "status",
    label: "Zustand",
    options: { values: ["timed_out"], labels: { timed_out: "zu spät" } },
  });
  expect(model?.fields[1]).toMatchObject({ label: "Status" });
  expect(model?.actions[0]).toMatchObject({ label: "Starten", path: "/x", confirm: "Sure?" });
});
