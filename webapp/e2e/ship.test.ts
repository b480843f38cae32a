// What Lathe is for, as a newcomer does it: the example goes live from the canvas, and a book is put into its shop.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { expectAccessible, expectStep, openPage } from "./lathe";
import { BUILD_TIMEOUT, openLinked } from "./shipping";

describe("the bookshop", () => {
  it(
    "goes live from the canvas, and sells a book",
    async () => {
      const { page, mistakes, close } = await openPage();
      await ship(page);
      const run = page.url();
      await lookAfter(page);
      await page.goto(run);
      await createBook(await openLinked(page, "Open the application"));
      expect(mistakes).toEqual([]);
      await close();
    },
    BUILD_TIMEOUT,
  );
});

/** From the list of workflows to a run that has succeeded, watched node by node. */
async function ship(page: Page): Promise<void> {
  const node = (name: string, status: string) =>
    page.locator(`[data-node="${name}"][data-status="${status}"]`).waitFor({ timeout: BUILD_TIMEOUT });
  await page.goto("/workflows");
  await page.getByRole("searchbox", { name: "Search workflows" }).fill("ship_bookshop");
  await page.getByRole("link", { name: /ship_bookshop/ }).click();
  await page.locator('[data-node="build"]').waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("button", { name: "Start the run" }).click();

  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  await node("generate", "succeeded");
  await node("build", "succeeded");
  await node("image", "skipped");
  for (const name of ["deploy", "check", "report"]) await node(name, "succeeded");
  await page.locator('header [data-status="succeeded"]').waitFor();
  await expectStep(page, "build", {
    input: /apps\/bookshop\/source/,
    output: /apps\/bookshop\/builds\/\w+\/app/,
    logs: /Compiling bookshop-app/,
  });
  await expectAccessible(page);
}

/** What is live is well, and what it writes can be read. */
async function lookAfter(page: Page): Promise<void> {
  await page.goto("/applications?q=bookshop");
  const about = page.getByRole("link", { name: /^About .*bookshop/i });
  const row = page.getByRole("row").filter({ has: about });
  await row.getByText("Live", { exact: true }).waitFor();
  // Were it not well, its record would not say so: the list asks.
  const health = `**/api${await about.getAttribute("href")}/health`;
  await page.route(health, async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, json: { ...(await reply.json()), status: "unhealthy" } });
  });
  await page.reload();
  await row.getByText("Unhealthy", { exact: true }).waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await about.click();
  await lookAtPage(page);
}

async function lookAtPage(page: Page): Promise<void> {
  const health = page.getByRole("region", { name: "Health" });
  await health.getByText("Healthy", { exact: true }).waitFor();
  await health.getByText("Running since").waitFor();
  await page.getByRole("button", { name: "Show the log" }).click();
  await page
    .getByRole("region", { name: /^Log, \d+ lines?$/ })
    .getByText(/"event":"listening"/)
    .waitFor();
  await expectAccessible(page);
}

/** A book needs somebody who publishes it, so that comes first. */
async function createBook(shop: Page): Promise<void> {
  const models = shop.getByRole("navigation", { name: "Models" });
  const main = shop.getByRole("main");
  await models.getByRole("link", { name: "Publishers" }).click();
  // Every list has such a link: that of the one before may still be there.
  await main.getByRole("heading", { level: 1, name: "Publishers" }).waitFor();
  await main.getByRole("link", { name: "New" }).first().click();
  await main.getByRole("textbox", { name: /^Name/ }).fill("Lathe Press");
  await main.getByRole("button", { name: "Save" }).click();
  await main.getByRole("heading", { name: "Lathe Press" }).waitFor();

  await models.getByRole("link", { name: "Books" }).click();
  await main.getByRole("heading", { level: 1, name: "Books" }).waitFor();
  await main.getByRole("link", { name: "New" }).first().click();
  await main.getByRole("textbox", { name: /^Title/ }).fill("Turning for Beginners");
  await main.getByRole("textbox", { name: /^ISBN/ }).fill("9780000000001");
  await main.getByRole("textbox", { name: /^Price/ }).fill("free");
  await main.getByRole("button", { name: "Save" }).click();
  await main.getByText("Please look at the marked fields.").waitFor();
  await expectAccessible(shop);

  await main.getByRole("textbox", { name: /^Price/ }).fill("12.50");
  await main.getByRole("combobox", { name: /^Publisher/ }).click();
  await main.getByRole("option", { name: "Lathe Press" }).click();
  await main.getByRole("button", { name: "Save" }).click();
  await main.getByRole("heading", { name: "Turning for Beginners" }).waitFor();

  await models.getByRole("link", { name: "Books" }).click();
  const row = main.getByRole("row", { name: /Turning for Beginners/ });
  await row.getByText("12.50").waitFor();
  await row.getByText("Lathe Press").waitFor();
  await expectAccessible(shop);

  await shop.reload();
  await row.waitFor();
}
