// A secret: made by kind, never shown again, named to be copied, and who is without it when it goes.
import { expect, it } from "vitest";
import { createWorkflow, expectAccessible, expectNoSidewaysScroll, freshName, openPage } from "./lathe";

const HELD = "correct-horse-battery";

it("is kept, never shown again, and says which workflows are without it", async () => {
  const name = freshName("e2e_key");
  const { page, mistakes, close } = await openPage();
  await page.goto("/secrets/new");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Kind").selectOption("basic");
  await page.getByLabel("User name").fill("ada");
  const password = page.getByRole("textbox", { name: "Password" });
  await password.fill(HELD);
  await expect.poll(() => password.getAttribute("type")).toBe("password");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Keep the secret" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByText(`\${ secrets.${name}.password }`).waitFor();
  expect(await page.content()).not.toContain(HELD);
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(
    HELD,
  );

  await page.getByRole("button", { name: "Replace what it holds" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill("grace");
  await dialog.getByRole("textbox", { name: "Password" }).fill("another one");
  await dialog.getByRole("button", { name: "Replace what it holds" }).click();
  await page.getByText("It holds something else now.").waitFor();

  const user = freshName("e2e_user");
  await createWorkflow({
    lathe: 1,
    name: user,
    nodes: [
      {
        id: "call",
        kind: "http.request",
        with: { url: "https://example.org", headers: { "x-key": `\${ secrets.${name}.password }` } },
      },
    ],
    edges: [],
  });
  // Who uses it is told before it goes.
  await page.reload();
  await page.getByRole("list", { name: "Used by" }).getByRole("link", { name: user }).waitFor();
  await page.getByRole("button", { name: "Move it to the trash" }).click();
  await page.getByRole("list", { name: "What is without it" }).getByText(user).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Bring it back" }).click();
  await page.getByRole("button", { name: "Move it to the trash" }).waitFor();

  await page.getByRole("button", { name: "Delete it for good…" }).click();
  await dialog.getByRole("button", { name: "Delete it for good" }).click();
  await dialog.getByRole("alert").getByText(user).waitFor();
  const really = dialog.getByRole("button", { name: "Delete it for good" });
  await expect.poll(() => really.isDisabled()).toBe(true);
  await dialog.getByRole("textbox").fill(name);
  await really.click();
  await page.getByRole("heading", { level: 1, name: "Secrets" }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("fits a phone, with fields of one's own", async () => {
  const { page, close } = await openPage({ width: 390 });
  await page.goto("/secrets/new");
  await page.getByLabel("Kind").selectOption("custom");
  await page.getByRole("button", { name: "Another field" }).click();
  await page.getByLabel("Name of field 2").waitFor();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await close();
});
