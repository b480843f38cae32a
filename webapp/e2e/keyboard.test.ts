// Dialogs and panels by keyboard: it stays within what is open, Escape closes that, and whoever was at something is there again.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, openPage } from "./lathe";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const isWithin = (page: Page, what: string) =>
  page.evaluate((selector) => {
    const at = document.activeElement;
    // The browser's own bars come after the last stop of a dialog.
    return at === document.body || at?.closest(selector) !== null;
  }, what);

it("gives the keyboard back to who had it", async () => {
  const { page, mistakes, close } = await openPage(browser);
  await page.goto("/workflows/new/edit");
  const code = page.getByRole("button", { name: "Code", exact: true });
  await code.focus();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "All commands" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(":focus", { hasText: "Code" }).waitFor();

  await page.keyboard.press("Shift+?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  for (const key of ["Tab", "Tab", "Tab", "Shift+Tab"]) {
    await page.keyboard.press(key);
    expect(await isWithin(page, "dialog")).toBe(true);
  }
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(":focus", { hasText: "Code" }).waitFor();

  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "Text" });
  await panel.locator(".cm-content").focus();
  // Tab is not kept by the text: nobody is caught in it.
  await page.keyboard.press("Shift+Tab");
  await page.locator("aside :focus:not(.cm-content)").waitFor();
  await panel.locator(".cm-content").focus();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await page.locator(":focus", { hasText: "Code" }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});
