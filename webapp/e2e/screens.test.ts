// Every screen by itself: it loads without a mistake, is accessible in both themes, and fits a phone.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, launchBrowser, openPage } from "./lathe";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const SCREENS = ["Workflows", "Runs", "Applications", "Models"];

describe.each(SCREENS)("%s", (title) => {
  it.each(["light", "dark"] as const)("is accessible in %s", async (theme) => {
    const { page, mistakes, close } = await openPage(browser, { theme });
    await page.goto(`/${title.toLowerCase()}`);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.waitForLoadState("networkidle");
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("fits a phone", async () => {
    const { page, close } = await openPage(browser, { width: 390 });
    await page.goto(`/${title.toLowerCase()}`);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.waitForLoadState("networkidle");
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await close();
  });
});

describe("the shell", () => {
  it("leads to every screen", async () => {
    const { page, close } = await openPage(browser);
    await page.goto("/");
    for (const title of SCREENS) {
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: title }).first().click();
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
    }
    await close();
  });

  it("keeps a chosen theme over a reload, before anything is drawn", async () => {
    const { page, close } = await openPage(browser, { theme: "light" });
    await page.goto("/workflows");
    const toggle = page.getByRole("button", { name: /^Theme/ }).first();
    await toggle.click();
    await toggle.click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    await page.reload({ waitUntil: "commit" });
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await close();
  });

  it("says what the API says, and how to go on, where there is nothing", async () => {
    const { page, close } = await openPage(browser);
    await page.goto("/runs/01890000-0000-7000-8000-000000000000");
    const alert = page.getByRole("alert");
    await alert.getByText("not_found").waitFor();
    await alert.getByText(/Go back to the list/).waitFor();
    await page.goto("/no/such/place");
    await page.getByText("There is nothing at this address").waitFor();
    await close();
  });
});
