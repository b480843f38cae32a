// Sentences of the server in German: those that it still says, with what they name filled in.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { showLanguage } from "./i18n";
import { knownSentence, SENTENCES, sayFault } from "./server-sentences";

const SERVER = join(import.meta.dirname, "../../../api/src");
const holesOf = (text: string) => [...new Set(text.match(/\{\w*\}/g))].sort();

afterEach(() => showLanguage("en"));

it("has only sentences that the server says", () => {
  const source = readdirSync(SERVER, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".rs"))
    .map((name) => readFileSync(join(SERVER, name), "utf8").replace(/\\\n\s*/g, ""))
    .join("\n");
  expect(source.length).toBeGreaterThan(100_000);
  expect(Object.keys(SENTENCES).filter((sentence) => !source.includes(`"${sentence}"`))).toEqual([]);
});

it("fills in nothing that the server does not name", () => {
  const differing = Object.entries(SENTENCES).filter(([english, german]) =>
    holesOf(german).some((hole) => !holesOf(english).includes(hole)),
  );
  expect(differing).toEqual([]);
});

it("keeps what is named", async () => {
  expect(knownSentence("the password is wrong")).toBeUndefined();
  await showLanguage("de");
  expect(sayFault("the body has 3 faults")).toBe("Das Gesendete hat 3 Fehler.");
  expect(sayFault("the execution is running: pause it first")).toBe(
    "Der Lauf hat den Status running: bitte erst anhalten.",
  );
  expect(sayFault("must be at most 7")).toBe("darf höchstens 7 sein");
  expect(sayFault("something else that the server said")).toBe("something else that the server said");
});
