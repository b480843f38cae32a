// What was deleted by mistake: it says beforehand where it goes, and comes back from there.
import { expect, it } from "vitest";
import { beSure, expectAccessible, expectNoSidewaysScroll, freshName, openPage, request } from "./lathe";

it("deletes an application and brings it back", async () => {
  const name = freshName("e2e_trash");
  const { id } = await request("POST", "/api/applications", { name, label: "Kept" });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/applications/${id}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByText("The trash keeps it").waitFor();
  // Who goes on with Enter has deleted nothing.
  await page.locator("dialog button:focus", { hasText: "Cancel" }).waitFor();
  await expectAccessible(page);
  await beSure(page, "Delete");
  await page.waitForURL(/\/applications$/);

  await page.goto(`/trash?q=${name}`);
  const row = page.getByRole("row", { name: new RegExp(name) });
  const { name: who } = await request("GET", "/api/auth/profile");
  await row.getByText(String(who), { exact: true }).waitFor();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 850 });
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 1360, height: 850 });
  await row.getByRole("button", { name: `Bring back ${name}` }).click();
  await row.waitFor({ state: "hidden" });
  expect(await request("GET", `/api/applications/${id}`)).toMatchObject({ name, label: "Kept" });
  expect(mistakes).toEqual([]);
  await close();
});

it("brings back many at once", async () => {
  const stem = freshName("e2e_many");
  const made: string[] = [];
  for (const name of [`${stem}_one`, `${stem}_two`]) {
    const { id } = await request("POST", "/api/variables", { name, value: 1 });
    await request("DELETE", `/api/variables/${id}`);
    made.push(String(id));
  }
  const { page, mistakes, close } = await openPage();
  await page.goto(`/trash?q=${stem}`);
  await page.getByRole("columnheader", { name: "Kept until" }).waitFor();
  await page.getByRole("checkbox", { name: `Select ${stem}_one` }).check();
  await page.getByRole("checkbox", { name: `Select ${stem}_two` }).check();
  await page.getByText("2 selected").waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Bring back", exact: true }).click();
  await page.getByText("Nothing matches").waitFor();
  for (const id of made) expect(await request("GET", `/api/variables/${id}`)).toMatchObject({ id, value: 1 });
  expect(mistakes).toEqual([]);
  await close();
});
