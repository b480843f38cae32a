// @vitest-environment node
// The generated types must be those of the API's description; after a change run `npm run gen:api`.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };

it("matches the OpenAPI description", async () => {
  const description = new URL(`../../${manifest.config.openapi}`, import.meta.url);
  const generated = astToString(await openapiTS(description));
  const committed = await readFile(fileURLToPath(new URL("./schema.ts", import.meta.url)), "utf8");
  expect(committed.endsWith(generated), "schema.ts is stale: run `npm run gen:api`").toBe(true);
});
