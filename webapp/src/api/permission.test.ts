// @vitest-environment node
// Every permission that the API's description asks for is known here by the same name.
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { PERMISSIONS } from "./permission";

it("knows what the routes take", async () => {
  const text = await readFile(new URL(`../../${manifest.config.openapi}`, import.meta.url), "utf8");
  const taken = [...text.matchAll(/"bearer":\s*\[\s*"([^"]+)"\s*\]/g)].map((match) => match[1]);
  expect(taken.length).toBeGreaterThan(30);
  const known: readonly string[] = PERMISSIONS;
  expect(taken.filter((name) => !known.includes(name ?? ""))).toEqual([]);
});
