// The environment of an application as somebody sets it: with a secret by name, a mistake that is mended, and nothing secret shown.
import { expect, it } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, freshName, openPage, request } from "./lathe";

it("is set on the page of the application, and names secrets", async () => {
  const name = freshName("e2e_environment");
  const fields = [{ name: "title", type: "text" }];
  const made = await request("POST", "/api/applications", { name, models: [{ name: "notes", fields }] });
  const secret = freshName("e2e_smtp");
  await request("POST", "/api/secrets", { name: secret, value: "c4nary-of-e2e" });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/applications/${made.id}`);

  await page.getByRole("button", { name: "Change the environment" }).click();
  await page.getByRole("textbox", { name: "Name of variable 1" }).fill("PORT");
  await page.getByRole("textbox", { name: "Value of variable 1" }).fill("80");
  await page.getByRole("button", { name: "Add a variable" }).click();
  await page.getByRole("textbox", { name: "Name of variable 2" }).fill("SMTP_PASSWORD");
  await page.getByRole("combobox", { name: "What variable 2 holds" }).selectOption("secret");
  await page.getByLabel("Secret of variable 2").fill(secret);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/Lathe sets BIND, PORT and DATA_DIR itself/).waitFor();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 850 });
  await expectNoSidewaysScroll(page);

  await page.getByRole("textbox", { name: "Name of variable 1" }).fill("GREETING");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved. It takes effect with the next release.").waitFor();
  await page.reload();
  await page.getByText(`from the secret ${secret}`).waitFor();
  await page.getByText("GREETING").waitFor();
  expect(await page.content()).not.toContain("c4nary");
  expect((await request("GET", `/api/applications/${made.id}/environment`)).variables).toEqual([
    { name: "GREETING", value: "80" },
    { name: "SMTP_PASSWORD", secret },
  ]);
  expect(mistakes).toEqual([]);
  await close();
});
