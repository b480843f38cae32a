// From nothing to a live application, as somebody does it who has just arrived: an account, a model drawn by hand, tried out in a
// preview, shipped, and opened.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible, freshName, invite, openPage } from "./lathe";
import { BUILD_TIMEOUT, openLinked, shipped } from "./shipping";

it(
  "leads from registering to a live application",
  async () => {
    const { page, mistakes, close } = await openPage({ as: "nobody" });
    await register(page);
    // The dashboard shows the first few by name, whatever other tests have made.
    const name = freshName("a_task_list");
    await draw(page, name);

    await page.getByRole("button", { name: "Preview", exact: true }).click();
    const preview = await openLinked(page, "Open preview");
    await enterTask(preview, "Sharpen the chisels");
    await preview.close();

    await page.goto("/applications");
    await page.getByRole("button", { name: new RegExp(`^Ship.*${name}`) }).click();
    await shipped(page, BUILD_TIMEOUT);
    const live = await openLinked(page, "Open the application");
    await enterTask(live, "Oil the bed");
    await live.close();

    // Now there is something to lose: it is shown, asked for, and the rest stays.
    await dropNotes(page, name);
    await page.goto("/applications");
    await page.getByRole("button", { name: new RegExp(`^Ship.*${name}`) }).click();
    const dialog = page.getByRole("dialog", { name: `Ship ${name}` });
    await dialog.getByText("This changes in what is live:").waitFor();
    await expectAccessible(page);
    await dialog.getByRole("region", { name: "Removed" }).getByText("Field note of tasks").waitFor();
    await dialog.getByRole("checkbox", { name: "Delete the data of what is removed" }).check();
    await dialog.getByRole("button", { name: "Ship", exact: true }).click();
    await shipped(page, BUILD_TIMEOUT);
    const next = await openLinked(page, "Open the application");
    await next.getByRole("main").getByText("Oil the bed").first().waitFor();
    await expect.poll(() => next.getByText("Before Friday").count()).toBe(0);

    await seeRelease(page, name);

    await page.goto("/dashboard");
    await page.getByRole("main").getByText(name).first().waitFor();
    expect(mistakes).toEqual([]);
    await close();
  },
  BUILD_TIMEOUT,
);

/** By an invitation, since the server of the tests may let in nobody else. */
async function register(page: Page): Promise<void> {
  const email = `${freshName("newcomer")}@example.org`;
  await page.goto(await invite(email, "admin"));
  await page.getByRole("textbox", { name: "Name" }).fill("Newcomer");
  await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await page.getByLabel("Password").fill("a lathe, a chisel and some time");
  await page.getByRole("button", { name: "Register" }).click();
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
}

async function draw(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Applications" }).click();
  await page.getByRole("link", { name: "Design an application" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Add the first model" }).click();
  await page.locator('[data-model="new_model"]').waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("tasks");
  await page.keyboard.press("Enter");
  const tasks = page.locator('[data-model="tasks"]');
  await tasks.getByRole("button", { name: "Add field to tasks" }).click();
  await page.locator('input[value="new_field"]:focus').waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("note");
  await page.keyboard.press("Enter");
  await tasks.locator('[data-row="note"]').waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
}

/** From the application to its release, and on to what it is and who deployed it. */
async function seeRelease(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Applications" }).click();
  await page.getByRole("link", { name: `About ${name}` }).click();
  const releases = page.getByRole("region", { name: "Releases" });
  await releases.getByText("live", { exact: true }).waitFor();
  await releases.getByRole("link", { name: new RegExp(`^${name} 2`) }).click();
  await page.waitForURL(/\/releases\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: `Open ${name} 2` }).waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: `Run ${name} 2` }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
}

/** Takes the notes out of the models; what is live keeps them until it is shipped again. */
async function dropNotes(page: Page, name: string): Promise<void> {
  await page.goto("/applications");
  await page.getByRole("link", { name: `About ${name}` }).click();
  await page.getByRole("main").getByRole("link", { name: "Models", exact: true }).first().click();
  const note = page.locator('[data-model="tasks"] [data-row="note"]');
  await note.click();
  await page.keyboard.press("Delete");
  await note.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
}

async function enterTask(application: Page, title: string): Promise<void> {
  const main = application.getByRole("main");
  await main.getByRole("link", { name: "New" }).first().click();
  await main.getByRole("textbox", { name: /^Name/ }).fill(title);
  await main.getByRole("textbox", { name: /^Note/ }).fill("Before Friday");
  await main.getByRole("button", { name: "Save" }).click();
  await main.getByRole("heading", { name: title }).waitFor();
}
