// Pictures of every screen for people to look at: light and dark, on a desktop and on a phone. `cargo xtask shots` makes them.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type Json, launchBrowser, openPage, request } from "./lathe";

interface Screen {
  name: string;
  address: () => string | Promise<string>;
  /** Whether it is for somebody who is not logged in. */
  outside?: boolean;
  /** What is done on it before the picture. */
  prepare?: (page: Page) => Promise<unknown>;
}

const SCREENS: Screen[] = [
  { name: "login", address: () => "/login", outside: true },
  { name: "register", address: () => "/register", outside: true },
  { name: "forgot", address: () => "/forgot", outside: true },
  { name: "workflows", address: () => "/workflows" },
  { name: "workflow", address: () => one("workflows", "ship_bookshop", "/workflows/:id") },
  { name: "designer-empty", address: () => "/workflows/new/edit" },
  { name: "designer", address: () => one("workflows", "ship_bookshop", "/workflows/:id/edit") },
  {
    name: "designer-node",
    address: () => one("workflows", "ship_bookshop", "/workflows/:id/edit"),
    prepare: (page) => page.locator("[data-node]").first().click(),
  },
  { name: "runs", address: () => aRun().then(() => "/runs") },
  { name: "run", address: aRun, prepare: (page) => page.locator("[data-node]").first().waitFor() },
  { name: "applications", address: () => "/applications" },
  { name: "models", address: () => "/models" },
  { name: "model", address: () => one("models", "book", "/models/:id") },
  { name: "model-new", address: () => "/models/new" },
  { name: "model-canvas-empty", address: () => "/applications/new/design" },
  { name: "model-canvas", address: () => one("applications", "bookshop", "/applications/:id/design") },
  {
    name: "model-canvas-field",
    address: () => one("applications", "bookshop", "/applications/:id/design"),
    prepare: (page) => page.locator("[data-model] [data-row]").first().click(),
  },
  {
    name: "model-canvas-form",
    address: () => one("applications", "bookshop", "/applications/:id/design"),
    prepare: (page) => page.getByRole("button", { name: "Form", exact: true }).click(),
  },
  {
    name: "model-canvas-preview",
    address: () => one("applications", "bookshop", "/applications/:id/design"),
    prepare: async (page) => {
      await page.getByRole("button", { name: "Preview", exact: true }).click();
      await page.getByRole("link", { name: "Open preview" }).waitFor();
    },
  },
  { name: "settings", address: () => "/settings" },
  { name: "not-found", address: () => "/no/such/place" },
];

const SIZES = { desktop: 1360, phone: 390 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

describe.each(SCREENS)("$name", (screen) => {
  it.each(["light", "dark"] as const)("in %s", async (theme) => {
    const address = await screen.address();
    for (const [size, width] of Object.entries(SIZES)) {
      const { page, close } = await openPage(browser, {
        theme,
        width,
        ...(screen.outside && { as: "nobody" as const }),
      });
      await page.goto(address);
      await page.getByRole("heading").first().waitFor();
      await page.waitForLoadState("networkidle");
      await screen.prepare?.(page);
      await page.screenshot({ path: join(folder(theme, size), `${screen.name}.png`), fullPage: true });
      await close();
    }
  });
});

function folder(theme: string, size: string): string {
  const path = join(process.env.SHOTS ?? "shots", `${size}-${theme}`);
  mkdirSync(path, { recursive: true });
  return path;
}

/** The address of the one with this name, or of the first one there is. */
async function one(list: string, name: string, address: string): Promise<string> {
  const items = (await request("GET", `/api/${list}?limit=200`)).items as Json[];
  const found = items.find((item) => item.name === name) ?? items[0];
  if (!found) throw new Error(`/api/${list} is empty: were the examples loaded?`);
  return address.replace(":id", String(found.id));
}

let run: Promise<string> | undefined;

/** A run that has ended. It is begun once for all pictures. */
function aRun(): Promise<string> {
  run ??= (async () => {
    const items = (await request("GET", "/api/workflows?limit=200")).items as Json[];
    const hello = items.find((item) => item.name === "hello") ?? items[0];
    const ended = await request("POST", `/api/workflows/${hello?.id}/execute?wait=10`, { inputs: {} });
    return `/runs/${ended.id}`;
  })();
  return run;
}
