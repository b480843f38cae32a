// Screens that make themselves: a field that a workspace declares is in form, list, filter and API at once, and whatever the
// server describes has a list and a page that work, without a line here that names it.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  beSure,
  createWorkflow,
  execute,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  type Json,
  latheUrl,
  openPage,
  request,
  settled,
} from "./lathe";

interface Described {
  name: string;
  label: string;
}

/** All lists one after the other. */
const EVERY_MODEL = 240_000;

let models: Described[];
beforeAll(async () => {
  await somethingOfEach();
  models = (await request("GET", "/api/meta")).models as Described[];
});

describe("a declared field", () => {
  let before: string;
  beforeAll(async () => {
    before = String((await request("GET", "/api/meta/extension")).source ?? "");
  });
  afterAll(async () => {
    await request("PUT", "/api/meta/extension", { source: before });
  });

  it("is in the form, the list, its filter and the API, and nothing was compiled", async () => {
    const field = freshName("cost");
    const label = `Cost ${field.slice(-5)}`;
    const declared = `models:\n  - name: variables\n    fields:\n      - { name: ${field}, label: ${label}, type: text, max: 8 }\n`;
    await request("PUT", "/api/meta/extension", { source: declared });
    const [dear, cheap] = [freshName("dear"), freshName("cheap")];
    await request("POST", "/api/variables", { name: cheap, value: 1 });

    const { page, mistakes, close } = await openPage();
    await page.goto("/variables/new");
    await page.getByRole("textbox", { name: /^Name/ }).fill(dear);
    await page.getByRole("textbox", { name: /^Value/ }).fill("eu-central-1");
    await page.getByRole("textbox", { name: label }).fill("far too long for it");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Please look at the marked fields.").waitFor();
    await page.getByText('put a text in quotation marks, such as "eu-central-1"').waitFor();
    await page.getByRole("textbox", { name: /^Value/ }).fill("42");
    await page.getByRole("textbox", { name: label }).fill("R42");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/\/variables\/[0-9a-f-]{36}$/);
    await page.getByRole("main").getByText("R42", { exact: true }).first().waitFor();

    await page.goto("/variables");
    await page.getByRole("columnheader", { name: label }).waitFor();
    await page
      .getByRole("row", { name: new RegExp(dear) })
      .getByText("R42")
      .waitFor();
    await page.getByRole("row", { name: new RegExp(cheap) }).waitFor();
    await page.getByRole("button", { name: "Filter" }).click();
    const editor = page.getByRole("dialog", { name: "Filter" });
    await editor.getByLabel("Field").selectOption(label);
    await editor.getByLabel("Comparison").selectOption("is");
    await editor.getByLabel("Value").fill("R42");
    await editor.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("row", { name: new RegExp(cheap) }).waitFor({ state: "hidden" });
    await page.getByRole("row", { name: new RegExp(dear) }).waitFor();
    await expectAccessible(page);
    await expectView(page, dear, cheap);
    expect(mistakes).toEqual([]);
    await close();

    const found = (await request("GET", `/api/records/variables?${field}=R42`)).items as Json[];
    expect(found.map(({ name, [field]: value }) => ({ name, value }))).toEqual([
      { name: dear, value: "R42" },
    ]);
  });
});

/** What is filtered and searched for is kept by a name, is there again after a reload, and goes when it is deleted. */
async function expectView(page: Page, shown: string, hidden: string): Promise<void> {
  const name = freshName("Dear ones");
  await page.getByRole("searchbox", { name: /variables/ }).fill(shown);
  await page.waitForURL(/[?&]q=/);
  await page.getByRole("button", { name: /^All/ }).click();
  const menu = page.getByRole("dialog", { name: "Views" });
  await menu.getByRole("textbox", { name: "Name" }).fill(name);
  await expectAccessible(page);
  await menu.getByRole("button", { name: "Save as a view" }).click();
  await page.getByRole("button", { name, exact: true }).waitFor();
  await page.waitForURL(/[?&]view=[0-9a-f-]{36}/);
  await page.reload();
  await page.getByRole("row", { name: new RegExp(shown) }).waitFor();
  await expect.poll(() => page.getByRole("searchbox", { name: /variables/ }).inputValue()).toBe(shown);
  await expect.poll(() => page.getByRole("row", { name: new RegExp(hidden) }).count()).toBe(0);
  await page.getByRole("button", { name, exact: true }).click();
  await menu.getByRole("button", { name: `Delete the view ${name}` }).click();
  await beSure(page, "Delete");
  await menu.getByRole("button", { name, exact: true }).waitFor({ state: "detached" });
  const kept = (await request("GET", "/api/views?model=variables")).items as Json[];
  expect(kept.filter((view) => view.name === name || view.label === name)).toEqual([]);
}

describe("every model that the server describes", () => {
  it(
    "has a list, and records that open, in light on a desktop",
    async () => {
      expect(models.length).toBeGreaterThan(10);
      const { page, mistakes, close } = await openPage();
      for (const model of models) {
        await expectList(page, model);
        // What is shipped takes minutes to compile: first-run.test.ts opens a release.
        if (model.name === "releases") continue;
        const rows = page
          .getByRole("main")
          .getByRole("grid", { name: /, list$/ })
          .getByRole("link");
        const { pathname } = new URL(page.url());
        await expect.poll(() => rows.count(), { message: model.name, timeout: 30_000 }).toBeGreaterThan(0);
        await rows.first().click();
        await page.waitForURL((url) => url.pathname !== pathname);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await settled(page);
        expect(await page.getByRole("alert").allTextContents(), model.name).toEqual([]);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
      expect(mistakes).toEqual([]);
      await close();
    },
    EVERY_MODEL,
  );

  it(
    "has a list in dark on a phone",
    async () => {
      const { page, mistakes, close } = await openPage({ theme: "dark", width: 390 });
      for (const model of models) await expectList(page, model);
      expect(mistakes).toEqual([]);
      await close();
    },
    EVERY_MODEL,
  );
});

/** By its name alone: where a model has a place of its own, the app leads there. */
async function expectList(page: Page, { name, label }: Described): Promise<void> {
  await page.goto(`/records/${name}`);
  await page.getByRole("heading", { level: 1, name: label, exact: true }).waitFor();
  await settled(page);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
}

/** Members, accounts and the audit log are there by themselves. */
async function somethingOfEach(): Promise<void> {
  const name = freshName("e2e_meta");
  const workflow_id = await createWorkflow({
    lathe: 1,
    name,
    nodes: [{ id: "a", kind: "script.run", with: { script: "1" } }],
    edges: [],
  });
  await execute(workflow_id);
  await request("POST", "/api/applications", {
    name,
    models: [{ name: "things", label: "Things", fields: [{ name: "title", type: "text" }] }],
    relationships: [],
  });
  await request("POST", "/api/prompts", { name, description: "", content: "Say {{ word }}" });
  await request("POST", "/api/schedules", {
    name,
    workflow_id,
    cron: "0 6 * * *",
    timezone: "UTC",
    inputs: {},
    enabled: false,
  });
  await request("POST", "/api/webhooks", { name, workflow_id, verification: "none" });
  await request("POST", "/api/secrets", { name, value: "hush" });
  await request("POST", "/api/tokens", { name, scopes: ["workflows:read"] });
  const { id } = await request("POST", "/api/variables", { name, value: 1 });
  await request("DELETE", `/api/variables/${id}`);
  await request("POST", "/api/variables", { name: `${name}_kept`, value: 1 });
  await upload(`${name}.txt`);
}

async function upload(name: string): Promise<void> {
  const token = String((await request("POST", "/api/tokens", { name, scopes: ["files:write"] })).token);
  const form = new FormData();
  form.set("file", new Blob(["what it says"]), name);
  const reply = await fetch(`${latheUrl()}/api/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  expect(reply.status).toBe(201);
}
