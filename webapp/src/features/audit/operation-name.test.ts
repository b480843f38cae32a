// Whatever the log can name has its words in every language, and nothing else has.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Texts } from "@/lib/i18n";
import { nameOf } from "./operation-name";
import german from "./operations.de.json";
import english from "./operations.en.json";

type Paths = Record<string, Record<string, { operationId?: string }>>;

const { paths } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../api/openapi.json"), "utf8"),
) as { paths: Paths };

/** What only reads is not in the log. */
const operations = Object.values(paths).flatMap((path) =>
  Object.entries(path).flatMap(([method, { operationId }]) =>
    operationId === undefined || method === "get" ? [] : [operationId],
  ),
);

/** What comes of a login by way of another service, as the API's description of an entry says. */
const BESIDES = ["login_by_provider", "register_by_provider", "link_identity"];

const logged = [...operations, ...BESIDES].toSorted();
const languages: [string, Texts][] = [
  ["English", english],
  ["German", german],
];

it.each(languages)("names every operation in %s, and no other", (_, names) => {
  expect(operations.length).toBeGreaterThan(100);
  expect(Object.keys(names).toSorted()).toEqual(logged);
});

it.each(languages)("tells operations apart by their names in %s", (_, names) => {
  const texts = Object.values(names);
  expect(texts.filter((text, index) => text === "" || texts.indexOf(text) !== index)).toEqual([]);
});

it("says something in German that is not the English", () => {
  const same = Object.entries(german as Texts).filter(([name, text]) => text === (english as Texts)[name]);
  expect(same).toEqual([]);
});

it("makes words of what it does not know", () => {
  expect(nameOf("update_secret", german)).toBe("Geheimnis ändern");
  expect(nameOf("paint_fence", german)).toBe("Paint fence");
  expect(nameOf("constructor", german)).toBe("Constructor");
});
