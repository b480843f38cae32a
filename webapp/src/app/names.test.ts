// @vitest-environment node
// The names of components that were agreed on before the app was written, and what is at the addresses that came with
// them: each is there once, and somebody draws it. docs/decisions/0036 says why they are worth keeping.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SRC = fileURLToPath(new URL("..", import.meta.url));

const SOURCES = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
  .map((name) => readFileSync(`${SRC}/${name}`, "utf8"));

const ROUTER = readFileSync(`${SRC}/app/router.tsx`, "utf8");

const ROUTED = {
  login: "Login",
  register: "Register",
  dashboard: "Dashboard",
  "models/new": "CreateModel",
  "models/:id": "ViewModel",
  "models/:id/edit": "EditModel",
  settings: "Settings",
};

/** Frame, list and, where there is one, page of a place whose records are described. */
const PLACED = {
  "/models": ["Models", "ModelList"],
  "/applications": ["Applications", "ApplicationList", "ApplicationViewer"],
  "/prompts": ["Prompts", "PromptList"],
};

const DRAWN = [
  "App",
  "AuthContext",
  "ModelForm",
  "ModelBuilder",
  "ApplicationForm",
  "PromptForm",
  "PromptEditor",
];

it.each(Object.entries(ROUTED))("draws /%s with %s", (path, name) => {
  const [, entry = ""] = ROUTER.split(`path: "${path}",`);
  const [, component] = /Component: (?:\(await .*\)\.)?([A-Z]\w+)/.exec(entry) ?? [];
  expect(component).toBe(name);
});

it.each(Object.entries(PLACED))("draws %s with components of its own", (path, names) => {
  const entry = ROUTER.slice(ROUTER.indexOf(`"${path}": async () =>`)).split("},\n", 1)[0] ?? "";
  const returned = /return \{ (.*) \}/.exec(entry)?.[1] ?? "";
  expect(returned.split(", ").map((part) => part.split(": ")[1])).toEqual(names);
});

it.each([...Object.values(ROUTED), ...Object.values(PLACED).flat(), ...DRAWN])("has one %s", (name) => {
  const made = new RegExp(`^export (?:function|const) ${name}\\b`, "gm");
  expect(SOURCES.flatMap((text) => text.match(made) ?? [])).toHaveLength(1);
});

it.each(DRAWN)("draws %s", (name) => {
  const drawn = new RegExp(`<${name}\\b`);
  expect(SOURCES.filter((text) => drawn.test(text)).length).toBeGreaterThan(0);
});
