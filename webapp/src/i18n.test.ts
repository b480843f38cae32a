// @vitest-environment node
// Every text of the screens is there in every language: nothing is shown that nobody could translate, and nothing is
// translated that is not shown.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const SRC = fileURLToPath(new URL(".", import.meta.url));

/** The record screens get their words from their host, and have English ones for the admin page of an application. */
const OWN_WORDS = /^(records|admin|docs)\//;

/** What it is called is the same everywhere. */
const NAME = "Lathe";

/** Attributes that people read or hear. */
const READ =
  /^(aria-label|aria-description|aria-roledescription|title|placeholder|alt|label|text|hint|heading|help)$/;

interface Found {
  keys: Map<string, { plural: boolean; file: string }>;
  faults: string[];
  bare: string[];
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).map((name) =>
  name.replaceAll("\\", "/"),
);
const sources = files.filter(
  (name) =>
    /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$|api\/schema\.ts$/.test(name) && !OWN_WORDS.test(name),
);

function texts(language: string): Map<string, string> {
  const all = new Map<string, string>();
  for (const file of files.filter((name) => name.endsWith(`/${language}.json`))) {
    for (const [key, text] of Object.entries(JSON.parse(readFileSync(join(SRC, file), "utf8")))) {
      expect(typeof text, `${file}: ${key}`).toBe("string");
      if (all.has(key)) expect(text, `${file} says something else for ${key}`).toBe(all.get(key));
      all.set(key, text as string);
    }
  }
  return all;
}

function read(): Found {
  const found: Found = { keys: new Map(), faults: [], bare: [] };
  for (const file of sources) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(SRC, file), "utf8"),
      ts.ScriptTarget.ES2022,
      true,
    );
    visit(source, { file, inFunction: false }, found);
  }
  return found;
}

interface Place {
  file: string;
  inFunction: boolean;
}

function visit(node: ts.Node, place: Place, found: Found): void {
  const inside = place.inFunction || ts.isFunctionLike(node) ? { ...place, inFunction: true } : place;
  const where = () => {
    const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
    return `${place.file}:${line + 1}`;
  };
  const add = (text: ts.Node | undefined, plural: boolean) => {
    if (!text || !ts.isStringLiteralLike(text))
      return void found.faults.push(`${where()}: the text of t or Trans has to be a literal`);
    if (!place.inFunction)
      found.faults.push(
        `${where()}: t outside of a function is asked once, in whatever language is shown then`,
      );
    found.keys.set(text.text, {
      plural: plural || found.keys.get(text.text)?.plural === true,
      file: place.file,
    });
  };
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "t") {
    const values = node.arguments[1];
    const plural =
      values !== undefined &&
      ts.isObjectLiteralExpression(values) &&
      values.properties.some((property) => property.name?.getText() === "count");
    add(node.arguments[0], plural);
  }
  if (ts.isJsxAttribute(node) && node.name.getText() === "i18nKey") {
    const value = node.initializer;
    add(value && ts.isJsxExpression(value) ? value.expression : value, false);
  }
  if (ts.isJsxText(node) && /\p{L}{2}/u.test(node.text) && node.text.trim() !== NAME)
    found.bare.push(`${where()}: ${node.text.trim()}`);
  if (ts.isJsxAttribute(node) && READ.test(node.name.getText())) {
    const value = node.initializer;
    const text = value && ts.isJsxExpression(value) ? value.expression : value;
    if (text && ts.isStringLiteralLike(text) && /\p{L}{2}/u.test(text.text))
      found.bare.push(`${where()}: ${text.text}`);
  }
  node.forEachChild((child) => visit(child, inside, found));
}

const found = read();
const german = texts("de");
const english = texts("en");
const forms = ([key, { plural }]: [string, { plural: boolean }]) =>
  plural ? [`${key}_one`, `${key}_other`] : [key];
const wanted = [...found.keys].flatMap(forms);

it("asks for texts by literals, and when they are shown", () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(found.faults).toEqual([]);
});

it("has every text in German", () => {
  expect(wanted.filter((key) => !german.has(key))).toEqual([]);
});

it("has both forms of each English text that counts", () => {
  const counted = [...found.keys].filter(([, { plural }]) => plural).flatMap(forms);
  expect(counted.filter((key) => !english.has(key))).toEqual([]);
});

it("translates nothing that is not shown", () => {
  const known = new Set([...wanted, ...ofTheServer()]);
  expect([...german.keys(), ...english.keys()].filter((key) => !known.has(key))).toEqual([]);
});

it("marks texts up with names that hold something", () => {
  // To the parser of markup, `<link>` ends where it begins.
  const empty = /<(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)>/;
  expect([...found.keys.keys()].filter((key) => empty.test(key))).toEqual([]);
});

it("keeps what is filled in", () => {
  const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}|<\/?(\w+)\/?>/g)].map(([hole]) => hole);
  const differing = [...german].filter(([key, text]) => {
    const said = new Set(holes(text));
    const meant = new Set(holes(key));
    // "One run" may leave out its number.
    if (/_one$/.test(key)) meant.delete("{{count}}") && said.delete("{{count}}");
    return said.size !== meant.size || [...meant].some((hole) => !said.has(hole));
  });
  expect(differing.map(([key]) => key)).toEqual([]);
});

it("shows no text that can't be translated", () => {
  expect(found.bare).toEqual([]);
});

/** What the server sends in English: the labels of its pack, and the texts of its kinds of nodes. */
function ofTheServer(): string[] {
  return files
    .filter((name) => /^server\/(.*\/)?de\.json$/.test(name))
    .flatMap((name) => Object.keys(JSON.parse(readFileSync(join(SRC, name), "utf8"))));
}
