// Shipping what is there already: what becomes of its data is shown first, and what would be lost has to be allowed.
import { expect, it } from "vitest";
import { changeApplication, createGenerated } from "./generated";
import { expectAccessible, expectNoSidewaysScroll, freshName, openPage } from "./lathe";
import { shipped } from "./shipping";

it("shows what is lost, and ships once that is allowed", async () => {
  const name = freshName("e2e_plan");
  const { id } = await createGenerated(name, ["allow_drop", "allow_tighten"]);
  const { page, mistakes, close } = await openPage();
  const ship = page.getByRole("main").getByRole("button", { name: /^Ship/ });
  const dialog = page.getByRole("dialog", { name: `Ship ${name}` });
  const confirm = dialog.getByRole("button", { name: "Ship", exact: true });

  // Nothing is there yet, so nothing is asked.
  await page.goto(`/applications/${id}`);
  await ship.click();
  await shipped(page);

  await changeApplication(id);
  await page.goto(`/applications/${id}`);
  await ship.click();
  const removed = dialog.getByRole("region", { name: "Removed" });
  await removed.getByText("Its values in all records are deleted.").waitFor();
  await expect.poll(() => removed.textContent()).toContain("Field note of notes");
  const changed = dialog.getByRole("region", { name: "Changed" });
  await changed.getByText("A record that breaks the rule stops the run.").waitFor();
  await expect.poll(() => changed.textContent()).toContain("0 … 80 → 0 … 40");
  await expect
    .poll(() => dialog.getByRole("region", { name: "Added" }).textContent())
    .toContain("Field year of notes");
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 850 });
  await expectNoSidewaysScroll(page);

  await dialog.getByText("Allow that data is deleted first").waitFor();
  await expect.poll(() => confirm.isDisabled()).toBe(true);
  await dialog.getByRole("checkbox", { name: "Delete the data of what is removed" }).check();
  await dialog.getByText("Allow the stricter rules first").waitFor();
  await expect.poll(() => confirm.isDisabled()).toBe(true);
  await dialog.getByRole("checkbox", { name: "Try the stricter rules" }).check();
  await confirm.click();
  await shipped(page);

  // What was carried out is no change any more.
  await page.goto(`/applications/${id}`);
  await ship.click();
  await dialog.getByText("The data stays as it is.").waitFor();
  await expect.poll(() => dialog.getByRole("checkbox").count()).toBe(0);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(mistakes).toEqual([]);
  await close();
});

it("says which input a workflow of one's own lacks", async () => {
  const name = freshName("e2e_plan_own");
  const { id } = await createGenerated(name, []);
  const { page, close } = await openPage();
  const ship = page.getByRole("main").getByRole("button", { name: /^Ship/ });
  await page.goto(`/applications/${id}`);
  await ship.click();
  await shipped(page);
  await changeApplication(id);
  await page.goto(`/applications/${id}`);
  await ship.click();
  const dialog = page.getByRole("dialog", { name: `Ship ${name}` });
  await dialog.getByText("give it an input allow_drop").waitFor();
  await expect.poll(() => dialog.getByRole("button", { name: "Ship", exact: true }).isDisabled()).toBe(true);
  await dialog.getByRole("link", { name: "Open the workflow" }).click();
  await page.waitForURL(/\/workflows\/[0-9a-f-]{36}\/edit$/);
  await close();
});
