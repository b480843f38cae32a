// Coming in and going out: the first account, an invitation, the way back to where one was, and what ends a session.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  invite,
  launchBrowser,
  openPage,
  send,
} from "./lathe";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const methods = (await (await send("GET", "/api/auth/methods")).json()) as { first: boolean };

// On a server that has accounts already, this is over.
describe.runIf(methods.first)("a new server", () => {
  it("leads to the form for its first account, and lands on the workflows", async () => {
    const { page, mistakes, close } = await openPage(browser, { as: "nobody" });
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
    await page.waitForURL(/\/workflows$/);
    await page.getByRole("heading", { level: 1, name: "Workflows" }).waitFor();
    await page.getByRole("button", { name: "The Tests" }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("somebody who was invited", () => {
  const newcomer = { email: `${freshName("grace")}@example.org`, password: "seven turtles on a tall ladder" };

  it("registers with the link, and is in the workspace that wants them", async () => {
    const link = await invite(newcomer.email, "viewer");
    const { page, mistakes, close } = await openPage(browser, { as: "nobody" });
    await page.goto(link);
    await page.getByText(/You are invited/).waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("Grace");
    await page.getByRole("textbox", { name: "E-mail address" }).fill(newcomer.email);
    await page.getByLabel("Password").fill(newcomer.password);
    await page.getByRole("button", { name: "Register" }).click();
    await page.waitForURL(/\/workflows$/);
    await page.getByRole("button", { name: "Grace" }).click();
    await page
      .getByRole("button", { name: /viewer/ })
      .and(page.locator('[aria-current="true"]'))
      .waitFor();
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("logs out in all tabs, and comes back to where they were", async () => {
    const { page, mistakes, close } = await openPage(browser, { as: newcomer });
    await page.goto("/runs?status=failed");
    await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
    const other = await page.context().newPage();
    await other.goto("/models");
    await other.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    await page.getByRole("button", { name: "Grace" }).click();
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.waitForURL(/\/login\?next=/);
    await other.waitForURL(/\/login\?next=%2Fmodels$/);
    await expectAccessible(page);

    await page.getByRole("textbox", { name: "E-mail address" }).fill(newcomer.email);
    await page.getByLabel("Password").fill("not this one, surely");
    await page.getByRole("button", { name: "Log in" }).click();
    await page
      .getByRole("alert")
      .getByText(/address or the password is wrong/)
      .waitFor();
    await page.getByLabel("Password").fill(newcomer.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/\/runs\?status=failed$/);
    // The other tab goes on by itself.
    await other.waitForURL(/\/models$/);
    await other.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe.each([
  ["/login", "Log in"],
  ["/register", "Register"],
  ["/forgot", "Forgot your password"],
  ["/reset#abc", "Set a new password"],
  ["/verify#abc", "Verify your address"],
])("%s", (path, title) => {
  it.each([
    ["light", 1360],
    ["dark", 390],
  ] as const)("is accessible in %s, and fits %i pixels", async (theme, width) => {
    const { page, mistakes, close } = await openPage(browser, { as: "nobody", theme, width });
    await page.goto(path);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });
});

it("never leaves this server after a login", async () => {
  const { page, close } = await openPage(browser);
  await page.goto("/login?next=//example.org/elsewhere");
  await page.waitForURL(/\/workflows$/);
  await close();
});
