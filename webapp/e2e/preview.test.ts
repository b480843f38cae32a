// An application tried out before it is built: previewed from its models, used, changed on the canvas, and previewed again.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { beSure, expectAccessible, expectNoSidewaysScroll, freshName, openPage, request } from "./lathe";
import { openLinked } from "./shipping";

const main = (page: Page) => page.getByRole("main");

it("shows the models as a running application, and follows them", async () => {
  const name = freshName("e2e_preview");
  const fields = [{ name: "title", type: "text", required: true }];
  const made = await request("POST", "/api/applications", { name, models: [{ name: "notes", fields }] });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/applications/${made.id}/design`);
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  const first = await openLinked(page, "Open preview");
  await main(first).getByRole("link", { name: "New" }).first().click();
  await main(first).getByRole("button", { name: "Save" }).click();
  await main(first).getByText("Please look at the marked fields.").waitFor();
  await main(first)
    .getByRole("textbox", { name: /^Title/ })
    .fill("Buy milk");
  await main(first).getByRole("button", { name: "Save" }).click();
  await main(first).getByRole("heading", { name: "Buy milk" }).waitFor();

  // What is on the canvas is saved by that.
  await page.bringToFront();
  await page.locator('[data-model="notes"]').getByText("Add field").click();
  await page.locator('input[value="new_field"]:focus').waitFor();
  await page.keyboard.type("place");
  await page.keyboard.press("Enter");
  // While it starts there is no link: the next one leads to what is on the canvas now.
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  const second = await openLinked(page, "Open preview");
  await main(second).getByRole("link", { name: "Buy milk" }).first().click();
  await main(second).getByRole("heading", { name: "Buy milk" }).waitFor();
  await main(second).getByText("Place").first().waitFor();
  const { items } = await request("GET", `/api/models?application_id=${made.id}`);
  expect(JSON.stringify(items)).toContain('"place"');
  await expectAccessible(page);

  await page.goto(`/applications/${made.id}`);
  await page.getByText("Previewed from its models").waitFor();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 850 });
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "Stop the preview" }).click();
  await expectAccessible(page);
  await beSure(page, "Stop the preview");
  await page.getByText("Previewed from its models").waitFor({ state: "detached" });
  expect((await request("GET", `/api/applications/${made.id}`)).preview).toBeNull();
  expect(mistakes).toEqual([]);
  await close();
});
