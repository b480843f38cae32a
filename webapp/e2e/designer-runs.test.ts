// Runs that are begun in the designer and watched on its canvas.
import { expect, it } from "vitest";
import { freshName, openPage } from "./lathe";

it("lights up for a run that the list tells of before its beginning was answered", async () => {
  const { page, mistakes, close } = await openPage();
  let tellBegun = () => {};
  const begun = new Promise<void>((resolve) => {
    tellBegun = resolve;
  });
  const followed = page.waitForResponse((reply) =>
    /\/api\/executions\/[0-9a-f-]{36}$/.test(new URL(reply.url()).pathname),
  );
  await page.route(/\/api\/executions\?/, async (route) => {
    await begun;
    await route.continue();
  });
  await page.route("**/api/workflows/*/execute*", async (route) => {
    const response = await route.fetch();
    tellBegun();
    await followed;
    await route.fulfill({ response });
  });
  await page.goto("/workflows/new/edit");
  await page.getByRole("button", { name: "Add the first node" }).click();
  await page.getByRole("combobox", { name: "Add a node" }).fill("script");
  await page.getByRole("option", { name: /^Script/ }).click();
  await page.getByRole("combobox", { name: "script" }).fill("42");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("combobox", { name: "Name", exact: true }).fill(freshName("e2e_early"));
  await page.getByRole("button", { name: "Save and run" }).click();
  await page.locator('[data-node="script"][data-status="succeeded"]').waitFor();
  expect(mistakes).toEqual([]);
  await close();
});
