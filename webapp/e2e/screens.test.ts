// The shell around every screen: where it leads, by mouse, by keys and on a phone. The lists themselves are tried in meta.test.ts.
import { describe, expect, it } from "vitest";
import {
  createAccount,
  createWorkflow,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  openPage,
  settled,
} from "./lathe";

describe("the shell", () => {
  it("leads to every screen", async () => {
    const { page, mistakes, close } = await openPage();
    await page.goto("/workflows");
    const links = page.getByRole("navigation", { name: "Main" }).getByRole("link");
    await links.first().waitFor();
    // Whoever goes by keys sees where they are.
    for (let stops = 0; stops < 4; stops += 1) {
      await page.keyboard.press("Tab");
      const [style, width] = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
        return [outlineStyle, Number.parseFloat(outlineWidth)] as const;
      });
      expect(style).not.toBe("none");
      expect(width).toBeGreaterThan(0);
    }
    const places = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(places.length).toBeGreaterThan(15);
    for (const place of places) {
      await page.getByRole("navigation", { name: "Main" }).locator(`[href="${place}"]`).first().click();
      await page.waitForURL((url) => url.pathname === place);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await settled(page);
      expect(await page.getByText("There is nothing at this address").count(), place).toBe(0);
    }
    expect(mistakes).toEqual([]);
    await close();
  });

  it("goes anywhere by keyboard: with two letters, or by a name", async () => {
    const name = freshName("e2e_found");
    const id = await createWorkflow({
      lathe: 1,
      name,
      nodes: [{ id: "a", kind: "script.run", with: { script: "1" } }],
      edges: [],
    });
    const { page, mistakes, close } = await openPage();
    await page.goto("/workflows");
    await page.getByRole("heading", { level: 1, name: "Workflows" }).waitFor();
    // The second letter counts for a moment only, and must not wait behind what is still being drawn.
    await settled(page);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.getByRole("heading", { level: 1, name: "Schedules" }).waitFor();
    // What is typed into a field leads nowhere.
    await page.getByRole("searchbox").fill("gr");
    await page.getByRole("searchbox").press("g");
    await page.getByRole("searchbox").press("r");
    expect(new URL(page.url()).pathname).toBe("/schedules");

    await page.keyboard.press("Control+k");
    const list = page.getByRole("dialog", { name: "Go to" });
    await list.getByRole("combobox").fill("audit");
    await list.getByRole("option", { name: /Audit log/ }).waitFor();
    await expectAccessible(page);
    await list.getByRole("combobox").fill(name);
    await list.getByRole("option", { name }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/workflows/${id}`);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("has everything behind one button on a phone", async () => {
    const { page, mistakes, close } = await openPage({ width: 390 });
    await page.goto("/workflows");
    await page.getByRole("button", { name: "More" }).click();
    const sheet = page.getByRole("dialog", { name: "More" });
    await sheet.getByRole("link", { name: "Audit log" }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await sheet.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("heading", { level: 1, name: "Audit log" }).waitFor();
    await sheet.waitFor({ state: "hidden" });
    expect(mistakes).toEqual([]);
    await close();
  });

  it("keeps a chosen theme over a reload, before anything is drawn", async () => {
    // It is kept for all browsers of whoever chooses it.
    const as = await createAccount("looker", "viewer");
    const { page, close } = await openPage({ theme: "light", as });
    await page.goto("/workflows");
    const toggle = page.getByRole("button", { name: /^Theme/ }).first();
    await toggle.click();
    await toggle.click();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    await page.reload({ waitUntil: "commit" });
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await close();
  });

  it("says what the API says, and how to go on, where there is nothing", async () => {
    const { page, close } = await openPage();
    await page.goto("/runs/01890000-0000-7000-8000-000000000000");
    const alert = page.getByRole("alert");
    await alert.getByText("not_found").waitFor();
    await alert.getByText(/Go back to the list/).waitFor();
    await page.goto("/no/such/place");
    await page.getByText("There is nothing at this address").waitFor();
    // There is no such form for anybody: nothing is said of a role.
    await page.goto("/files/new");
    await page.getByText("There is nothing at this address").waitFor();
    await page.getByRole("link", { name: "Go on to: Files" }).click();
    await page.getByRole("heading", { level: 1, name: "Files" }).waitFor();
    await close();
  });
});
