// What tests that ship have in common: the run that puts an application live, and the application behind a link.
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Where nothing has been compiled before, everything is compiled here. */
export const BUILD_TIMEOUT = 20 * 60_000;

/** To the end of the run that one is led to, which has to be a good one. */
export async function shipped(page: Page, timeout = 60_000): Promise<void> {
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  const ends = ["succeeded", "failed", "timed_out", "cancelled"];
  const status = page.locator(ends.map((end) => `header [data-status="${end}"]`).join(", "));
  await status.waitFor({ timeout });
  expect(await status.getAttribute("data-status")).toBe("succeeded");
}

/** What is behind a link, in a tab of its own. */
export async function openLinked(page: Page, link: string): Promise<Page> {
  const way = page.getByRole("link", { name: link }).first();
  // What it leads to may come up only just now; the time for the tab begins with the click.
  await way.waitFor();
  const [opened] = await Promise.all([page.context().waitForEvent("page"), way.click()]);
  return opened;
}
