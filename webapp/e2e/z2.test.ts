// Tries what was made, for looking at it; not committed.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { createWorkflow, freshName, launchBrowser, openPage, request } from "./lathe";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

it("shows variants", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("z2_variants"),
    nodes: [
      { id: "a", kind: "http.request", with: { url: "https://example.org", auth: { bearer: "x" }, expect_status: [200, 204] } },
      { id: "b", kind: "flow.call", with: { workflow: "other", version: 3 } },
      { id: "c", kind: "code.generate", with: { application: "shop" } },
    ],
    edges: ["a -> b -> c"],
  });
  const { page, close } = await openPage(browser);
  await page.goto(`/workflows/${id}/edit`);
  await page.locator('.react-flow__node[data-id="a"]').click();
  const panel = page.getByRole("complementary");
  const auth = panel.getByRole("combobox", { name: "auth" });
  console.log(await auth.inputValue());
  await page.screenshot({ path: "/tmp/z2/a.png" });
  await auth.selectOption({ label: "basic" });
  await panel.getByRole("combobox", { name: "username" }).fill("me");
  await auth.selectOption({ label: "bearer" });
  await auth.selectOption({ label: "basic" });
  console.log("kept", await panel.getByRole("combobox", { name: "username" }).inputValue());
  await auth.scrollIntoViewIfNeeded();
  await page.screenshot({ path: "/tmp/z2/b.png" });
  const status = panel.getByRole("combobox", { name: "expect_status" });
  await status.selectOption({ label: "a number" });
  const number = panel.getByRole("combobox", { name: "a number" });
  await number.focus();
  await page.keyboard.type("20x");
  console.log("number", await number.inputValue(), await page.evaluate(() => document.activeElement?.tagName));
  await page.keyboard.press("Backspace");
  await page.keyboard.type("1");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("${ inputs.x");
  console.log("expr", await page.evaluate(() => [document.activeElement?.tagName, (document.activeElement as HTMLTextAreaElement)?.value]));
  await page.screenshot({ path: "/tmp/z2/c.png" });
  await page.locator('.react-flow__node[data-id="b"]').click();
  await panel.getByRole("combobox", { name: "version" }).waitFor();
  await page.screenshot({ path: "/tmp/z2/d.png" });
  await page.locator('.react-flow__node[data-id="c"]').click();
  await panel.getByRole("combobox", { name: "application" }).waitFor();
  await page.screenshot({ path: "/tmp/z2/e.png" });
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Saved" }).waitFor();
  console.log(JSON.stringify((await request("GET", `/api/workflows/${id}`)).document));
  await close();
}, 120_000);
