// Going back to an earlier release: it is asked first, what is live stays until then, and the data stays as it is.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { beSure, expectAccessible, freshName, openPage, request } from "./lathe";
import { BUILD_TIMEOUT, openLinked, shipped } from "./shipping";

const TITLE = { name: "title", type: "text", required: true };
const notes = (...fields: object[]) => [{ name: "notes", fields: [TITLE, ...fields] }];

it(
  "puts an earlier release live again, with the data as it is now",
  async () => {
    const name = freshName("e2e_back");
    const made = await request("POST", "/api/applications", { name, models: notes() });
    const { page, mistakes, close } = await openPage();
    const address = `/applications/${made.id}`;
    const ship = page.getByRole("main").getByRole("button", { name: /^Ship/ });
    const plan = page.getByRole("dialog", { name: `Ship ${name}` });

    await page.goto(address);
    await ship.click();
    await shipped(page, BUILD_TIMEOUT);
    const first = await openLinked(page, "Open the application");
    await enter(first, { Title: "Oil the bed" });
    await first.close();

    // The next one knows a field more, and keeps something in it.
    await request("PUT", `/api${address}`, { models: notes({ name: "place", type: "text" }) });
    await page.goto(address);
    await ship.click();
    await plan.getByRole("region", { name: "Added" }).getByText("Field place of notes").waitFor();
    await plan.getByRole("button", { name: "Ship", exact: true }).click();
    await shipped(page, BUILD_TIMEOUT);
    const second = await openLinked(page, "Open the application");
    await enter(second, { Title: "Sharpen the chisels", Place: "By the window" });
    await second.close();

    await goBack(page, address, `${name} 1`);
    await shipped(page, BUILD_TIMEOUT);
    const back = await openLinked(page, "Open the application");
    const main = back.getByRole("main");
    for (const title of ["Oil the bed", "Sharpen the chisels"]) await main.getByText(title).first().waitFor();
    await expect.poll(() => main.getByText("By the window").count()).toBe(0);
    await back.close();

    // It came up as a release of its own, and the models are where they were.
    await page.goto(address);
    await page
      .getByRole("region", { name: "What is live" })
      .getByText(/release 3\b/)
      .waitFor();
    await page.getByRole("region", { name: "Health" }).getByText("Healthy", { exact: true }).waitFor();
    const newest = page.getByRole("region", { name: "Releases" }).getByRole("listitem").first();
    await newest.getByText(`${name} 3`).waitFor();
    await newest.getByText("live", { exact: true }).waitFor();
    await ship.click();
    await plan.getByText("This was prepared earlier and is no part of what is live.").waitFor();
    await plan.getByRole("region", { name: "Added" }).getByText("Field place of notes").waitFor();
    expect(mistakes).toEqual([]);
    await close();
  },
  BUILD_TIMEOUT,
);

/** From the application to the release, and back to it: not at the first press. */
async function goBack(page: Page, application: string, release: string): Promise<void> {
  await page.goto(application);
  await page
    .getByRole("region", { name: "Releases" })
    .getByRole("link", { name: new RegExp(`^${release}`) })
    .click();
  await page.waitForURL(/\/releases\/[0-9a-f-]{36}$/);
  const rollBack = page.getByRole("button", { name: `Roll back ${release}` });
  const dialog = page.getByRole("dialog", { name: `Go back to ${release}?` });
  await rollBack.click();
  await dialog.getByText(/the data does not go back/).waitFor();
  await dialog.getByText(/^The models do not go back/).waitFor();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(new URL(page.url()).pathname).toMatch(/^\/releases\//);
  await rollBack.click();
  await beSure(page, "Roll back");
}

/** Adds a record in the application itself. */
async function enter(application: Page, values: Record<string, string>): Promise<void> {
  const main = application.getByRole("main");
  await main.getByRole("link", { name: "New" }).first().click();
  for (const [field, value] of Object.entries(values))
    await main.getByRole("textbox", { name: new RegExp(`^${field}`) }).fill(value);
  await main.getByRole("button", { name: "Save" }).click();
  await main.getByRole("heading", { name: values.Title }).waitFor();
}
