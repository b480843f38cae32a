// A server that nobody has an account on yet: it leads to the form for the first one. This comes before all other tests.
import { describe, expect, it } from "vitest";
import { ACCOUNT, expectAccessible, openPage, send } from "./lathe";

const methods = (await (await send("GET", "/api/auth/methods")).json()) as { first: boolean };

// On a server that has accounts already, this is over.
describe.runIf(methods.first)("a new server", () => {
  it("leads to the form for its first account, and lands on the dashboard", async () => {
    const { page, mistakes, close } = await openPage({ as: "nobody" });
    await page.goto("/runs");
    await page.waitForURL(/\/register$/);
    await page.getByText("The first account operates this server.").waitFor();
    await expectAccessible(page);
    await page.getByRole("textbox", { name: "Name" }).fill("The Tests");
    await page.getByRole("textbox", { name: "E-mail address" }).fill(ACCOUNT.email);
    await page.getByLabel("Password").fill("password123");
    await page.getByRole("button", { name: "Make the first account" }).click();
    await page.getByText(/among the first that would be guessed/).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "password");
    await expectAccessible(page);
    await page.getByLabel("Password").fill(ACCOUNT.password);
    await page.getByRole("button", { name: "Make the first account" }).click();
    await page.waitForURL(/\/dashboard$/);
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await page.getByRole("button", { name: "The Tests" }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});
