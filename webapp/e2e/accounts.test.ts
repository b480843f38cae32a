// Coming in and going out: an invitation, the way back to where one was, and what ends a session.
import { createHmac } from "node:crypto";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  createAccount,
  createWorkflow,
  execute,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  giveRole,
  invite,
  openPage,
  request,
  send,
  settled,
} from "./lathe";

describe("somebody who was invited", () => {
  const newcomer = { email: `${freshName("grace")}@example.org`, password: "seven turtles on a tall ladder" };

  it("registers with the link, and is in the workspace that wants them", async () => {
    const link = await invite(newcomer.email, "viewer");
    const { page, mistakes, close } = await openPage({ as: "nobody" });
    await page.goto(link);
    await page.getByText(/You are invited/).waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("Grace");
    await page.getByRole("textbox", { name: "E-mail address" }).fill(newcomer.email);
    await page.getByLabel("Password").fill(newcomer.password);
    await page.getByRole("button", { name: "Register" }).click();
    await page.waitForURL(/\/dashboard$/);
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
    const { page, mistakes, close } = await openPage({ as: newcomer });
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

it("takes an invitation to another workspace while logged in", async () => {
  const host = await createAccount("emmy", "viewer");
  const guest = await createAccount("lise", "viewer");
  const session = (await (await send("POST", "/api/auth/login", host)).json()) as { access_token: string };
  const token = session.access_token;
  const { home } = (await (await send("GET", "/api/auth/profile", undefined, token)).json()) as {
    home: string;
  };
  const body = { email: guest.email, role: "editor" };
  const invited = await send("POST", `/api/workspaces/${home}/invitations`, body, token);
  const { link } = (await invited.json()) as { link: string };

  const { page, mistakes, close } = await openPage({ as: guest });
  await page.goto(link.slice(link.indexOf("/register")));
  await page.getByRole("heading", { level: 1, name: "You are invited" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.waitForURL(/\/dashboard$/);
  await page.getByRole("button", { name: "lise" }).click();
  await page
    .getByRole("button", { name: /editor/ })
    .and(page.locator('[aria-current="true"]'))
    .waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("comes back to an invitation after logging in", async () => {
  const host = await createAccount("hedy", "viewer");
  const guest = await createAccount("mary", "viewer");
  const session = (await (await send("POST", "/api/auth/login", host)).json()) as { access_token: string };
  const token = session.access_token;
  const { home } = (await (await send("GET", "/api/auth/profile", undefined, token)).json()) as {
    home: string;
  };
  const body = { email: guest.email, role: "editor" };
  const invited = await send("POST", `/api/workspaces/${home}/invitations`, body, token);
  const { link } = (await invited.json()) as { link: string };

  const { page, mistakes, close } = await openPage({ as: "nobody" });
  await page.goto(link.slice(link.indexOf("/register")));
  await page.getByRole("link", { name: "Log in" }).click();
  await page.getByRole("textbox", { name: "E-mail address" }).fill(guest.email);
  await page.getByLabel("Password").fill(guest.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { level: 1, name: "You are invited" }).waitFor();
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.waitForURL(/\/dashboard$/);
  expect(mistakes).toEqual([]);
  await close();
});

async function openSettings(page: Page, tab: string): Promise<void> {
  await page.goto("/settings");
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await chooseTab(page, tab);
}

async function chooseTab(page: Page, tab: string): Promise<void> {
  await page.getByRole("tab", { name: tab }).click();
  await page.getByRole("tabpanel", { name: tab }).waitFor();
}

describe("settings", () => {
  it("change the password, which ends the other sessions; the other page goes on after a login", async () => {
    const account = await createAccount("ada", "viewer");
    const here = await openPage({ as: account });
    const there = await openPage({ as: account });
    await openSettings(there.page, "Account");
    await there.page.getByRole("textbox", { name: "Name" }).fill("Countess");
    await openSettings(here.page, "Account");

    await here.page.getByLabel("Current password").fill("something else entirely");
    await here.page.getByLabel("New password").fill("nine herons in the fog");
    await here.page.getByRole("button", { name: "Change the password" }).click();
    await here.page.getByText("The current password is wrong", { exact: false }).waitFor();
    await here.page.getByLabel("Current password").fill(account.password);
    await here.page.getByLabel("New password").fill("nine herons in the fog");
    await here.page.getByRole("button", { name: "Change the password" }).click();
    await here.page.getByText(/You are logged out everywhere else/).waitFor();
    await here.page.reload();
    await here.page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();

    // What listens for news is told that the session has ended, and asks at once.
    const dialog = there.page.getByRole("dialog", { name: "Log in again" });
    await dialog.waitFor();
    await expectAccessible(there.page);
    await there.page.keyboard.press("Escape");
    await there.page.keyboard.press("Escape");
    await there.page.waitForFunction(() => document.activeElement?.getAttribute("name") === "password");
    await there.page.keyboard.type("nine herons in the fog");
    await dialog.getByRole("button", { name: "Log in", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    // What had been typed was not lost.
    await there.page.getByRole("button", { name: "Save" }).click();
    await there.page.getByText("Saved.").waitFor();
    await there.page.getByRole("button", { name: "Countess" }).waitFor();
    expect([...here.mistakes, ...there.mistakes]).toEqual([]);
    await here.close();
    await there.close();
  });

  it("make a token that works until it is revoked, and is shown once", async () => {
    const { page, mistakes, close } = await openPage();
    const name = freshName("ci");
    await openSettings(page, "API tokens");
    await page.getByRole("button", { name: "New token" }).click();
    const dialog = page.getByRole("dialog", { name: "New token" });
    await dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await dialog.getByRole("button", { name: "Make the token" }).click();
    await dialog
      .getByRole("alert")
      .getByText(/must not be empty/i)
      .first()
      .waitFor();
    await expectAccessible(page);
    // A stray key throws nothing away that was typed.
    await page.keyboard.press("Escape");
    const question = page.getByRole("dialog", { name: "Leave with unsaved edits?" });
    await question.getByRole("button", { name: "Stay" }).click();
    await question.waitFor({ state: "detached" });
    await expect.poll(() => dialog.getByRole("textbox", { name: "Name" }).inputValue()).toBe(name);
    await dialog.getByRole("checkbox", { name: "workflows:read" }).check();
    await dialog.getByRole("button", { name: "Make the token" }).click();
    const token = await dialog.getByRole("textbox", { name: "Token" }).inputValue();
    await expectAccessible(page);
    expect((await send("GET", "/api/workflows", undefined, token)).status).toBe(200);
    expect((await send("GET", "/api/models", undefined, token)).status).toBe(403);
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await page.getByRole("button", { name: `Revoke ${name}` }).click();
    await page.getByRole("button", { name: "Revoke the token" }).click();
    await page.getByRole("button", { name: `Revoke ${name}` }).waitFor({ state: "detached" });
    expect((await send("GET", "/api/workflows", undefined, token)).status).toBe(401);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("set up a second factor, which a login then asks for", async () => {
    const account = await createAccount("hedy", "viewer");
    const { page, mistakes, close } = await openPage({ as: account });
    await openSettings(page, "Account");
    await page.getByRole("button", { name: "Set up a second factor" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Your password, once more").fill(account.password);
    await dialog.getByRole("button", { name: "Go on" }).click();
    const secret = await dialog.getByRole("textbox", { name: "Secret", exact: true }).inputValue();
    await expectAccessible(page);
    await dialog.getByRole("textbox", { name: "Code" }).fill(codeOf(secret));
    await dialog.getByRole("button", { name: "Confirm" }).click();
    const codes = await dialog.getByRole("textbox", { name: "Recovery codes" }).inputValue();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("It is set up.").waitFor();

    await page.getByRole("button", { name: "hedy" }).click();
    await page.getByRole("button", { name: "Log out everywhere" }).click();
    await page.getByRole("button", { name: "End all sessions" }).click();
    await page.waitForURL(/\/login/);
    await page.getByRole("textbox", { name: "E-mail address" }).fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Log in" }).click();
    const code = page.getByRole("textbox", { name: "Code of your second factor" });
    await code.fill("000000");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText(/the code is wrong/i).waitFor();
    await expectAccessible(page);
    await code.fill(codes.split("\n")[0] ?? "");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/\/settings/);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("invite somebody, and change what a member may do", async () => {
    const mary = await createAccount("mary", "viewer");
    const { page, mistakes, close } = await openPage();
    await openSettings(page, "Members");
    const email = `${freshName("joan")}@example.org`;
    await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
    await page.getByRole("combobox", { name: "Role", exact: true }).selectOption("operator");
    await page.getByRole("button", { name: "Invite" }).click();
    const link = await page.getByRole("textbox", { name: "Link of the invitation" }).inputValue();
    expect(link).toMatch(/\/register\?invitation#./);
    // Others invite somebody as an operator, too: only this invitation is waited for.
    const withdraw = page.getByRole("button", { name: `Withdraw the invitation of ${email}` });
    await withdraw.click();
    await withdraw.waitFor({ state: "detached" });
    await giveRole(page, mary, "editor");
    await page.reload();
    const role = page.getByRole("listitem").filter({ hasText: mary.email }).getByRole("combobox");
    await expect.poll(() => role.inputValue()).toBe("editor");
    expect(mistakes).toEqual([]);
    await close();
  });

  it.each([
    ["light", 1360],
    ["dark", 390],
  ] as const)("are accessible in %s, and fit %i pixels", async (theme, width) => {
    const { page, mistakes, close } = await openPage({ theme, width });
    await openSettings(page, "Account");
    for (const tab of [
      "Account",
      "Preferences",
      "Workspace",
      "Members",
      "Roles",
      "Fields",
      "API tokens",
      "Audit log",
      "Server",
    ]) {
      await chooseTab(page, tab);
      await settled(page);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
    if (width < 768) await page.getByRole("button", { name: "More" }).click();
    await page
      .getByRole("button", { name: /Tests|e2e/ })
      .last()
      .click();
    await page.getByRole("button", { name: "Log out everywhere" }).last().waitFor();
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });
});

it("goes on watching a run after its session had ended", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_watched"),
    nodes: [
      { id: "a", kind: "flow.await", with: { signal: "go" } },
      { id: "b", kind: "script.run", with: { script: "1" } },
    ],
    edges: ["a -> b"],
  });
  const account = await createAccount("olive", "operator");
  const { page, mistakes, close } = await openPage({ as: account });
  await page.goto("/workflows");
  await changeWorkspace(page, "olive", "operator");
  const run = await execute(id);
  await page.goto(`/runs/${run}`);
  await page.locator('[data-node="a"][data-status="waiting"]').waitFor();
  const other = await openPage({ as: account });
  await other.page.goto("/models");
  await other.page.getByRole("button", { name: "olive" }).click();
  await other.page.getByRole("button", { name: "Log out everywhere" }).click();
  await other.page.getByRole("button", { name: "End all sessions" }).click();
  await other.page.waitForURL(/\/login/);
  await other.close();

  // The server closes the socket, and reading the run asks to log in again.
  const dialog = page.getByRole("dialog", { name: "Log in again" });
  await dialog.getByLabel("Password").fill(account.password);
  await dialog.getByRole("button", { name: "Log in", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await request("POST", `/api/executions/${run}/cancel`);
  await page.locator('header [data-status="cancelled"]').waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("offers a viewer nothing that they may not do", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_seen"),
    nodes: [{ id: "a", kind: "script.run", with: { script: "1" } }],
    edges: [],
  });
  const account = await createAccount("vera", "viewer");
  const { page, close } = await openPage({ as: account });
  await page.goto("/workflows");
  await page.getByRole("button", { name: "Add workflow" }).waitFor();
  await page.getByRole("button", { name: "vera" }).click();
  await page
    .getByRole("button", { name: /viewer/ })
    .first()
    .click();
  await page.waitForURL(/\/dashboard$/);
  await page.goto(`/workflows/${id}`);
  await page.locator('[data-node="a"]').waitFor();
  await expect.poll(() => page.getByRole("button", { name: "Run", exact: true }).count()).toBe(0);

  // They look at the designer, and nothing there changes anything.
  await page.getByRole("link", { name: "Versions and text" }).click();
  await page.waitForURL(/\/edit$/);
  await page.locator('[data-node="a"]').click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  for (const name of ["Save", "Add node", "Undo"])
    await expect.poll(() => page.getByRole("button", { name, exact: true }).count()).toBe(0);
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Code" }).click();
  await page.locator("[data-code] .cm-content").click();
  await page.keyboard.type("no: more");
  await page.locator("[data-code]").getByText("lathe: 1").waitFor();
  await expect.poll(() => page.locator("[data-code]").getByText("no: more").count()).toBe(0);
  await expect.poll(() => page.locator('[data-node="a"]').count()).toBe(1);
  await page.getByRole("button", { name: "Versions" }).click();
  await page.getByRole("heading", { name: "All versions" }).waitFor();
  await expectAccessible(page);

  // Nor does anything on the canvas of an application.
  const application = await request("POST", "/api/applications", {
    name: freshName("seen"),
    models: [{ name: "books", fields: [{ name: "title", type: "text" }] }],
  });
  await page.goto(`/applications/${application.id}/design?model=books`);
  await page.getByText("For reading only: changing it takes another role.").waitFor();
  await page.getByRole("complementary", { name: "Model" }).getByRole("button", { name: /title/ }).click();
  await expect
    .poll(() => page.getByRole("textbox", { name: "Name" }).getAttribute("readonly"))
    .not.toBeNull();
  for (const name of ["Save", "Saved", "Add model", "Add field", "Remove field", "Undo"])
    await expect.poll(() => page.getByRole("button", { name, exact: true }).count()).toBe(0);
  await page.locator('[data-row="title"]').first().click();
  await page.keyboard.press("Delete");
  await expect.poll(() => page.locator('.react-flow__node [data-row="title"]').count()).toBe(1);
  await page.getByRole("button", { name: "Code" }).click();
  await page.locator("[data-code]").getByText("title").waitFor();
  await expectAccessible(page);

  // Where they may make nothing, they are told what it takes, and not led away.
  for (const model of ["models", "workflows", "prompts"]) {
    await page.goto(`/${model}/new`);
    await page.getByText(`It takes ${model}:write.`).waitFor();
  }
  await expectAccessible(page);
  await close();
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
    const { page, mistakes, close } = await openPage({ as: "nobody", theme, width });
    await page.goto(path);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("another service to log in by", () => {
  const COMPANY = { id: "company", label: "Example Inc.", kind: "oidc", url: "/api/auth/oauth/company" };

  /** A server that has one set up, as far as the page can tell. */
  async function withProvider(page: Page): Promise<void> {
    await page.route("**/api/auth/methods", async (route) => {
      const reply = await route.fetch();
      await route.fulfill({ response: reply, json: { ...(await reply.json()), providers: [COMPANY] } });
    });
  }

  it("has a link on the login page that leads back to where one was", async () => {
    const { page, mistakes, close } = await openPage({ as: "nobody", width: 390 });
    await withProvider(page);
    await page.goto("/login?next=/runs");
    const link = page.getByRole("link", { name: "Log in with Example Inc." });
    await link.waitFor();
    await expect.poll(() => link.getAttribute("href")).toBe("/api/auth/oauth/company?next=%2Fruns");
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("tells on the login page why it did not work, and repeats nothing of the address", async () => {
    const { page, mistakes, close } = await openPage({ as: "nobody" });
    await page.goto("/login?error=link_first&provider=company");
    await page
      .getByRole("alert")
      .getByText(/is here already/)
      .waitFor();
    await expectAccessible(page);
    await page.goto("/login?error=You%20have%20won&provider=company");
    await page.getByRole("alert").getByText("The login did not work. Try again.").waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("asks for the second factor, and says when the login is too old", async () => {
    const { page, mistakes, close } = await openPage({ as: "nobody" });
    await page.goto("/login?second_factor=company&next=%2Fruns");
    await page.getByLabel("Code of your second factor").fill("123456");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Log in" }).click();
    await page
      .getByRole("alert")
      .getByText(/too long ago/)
      .waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("is linked in the settings, with the password once more", async () => {
    const account = await createAccount("linda", "viewer");
    const { page, mistakes, close } = await openPage({ as: account });
    await withProvider(page);
    await page.goto("/settings?error=identity_taken&provider=company");
    await page
      .getByRole("alert")
      .getByText(/belongs to another account/)
      .waitFor();
    await page.getByRole("button", { name: "Link Example Inc." }).click();
    const dialog = page.getByRole("dialog", { name: "Link Example Inc." });
    await dialog.getByLabel("Your password, once more").fill(account.password);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Go on at Example Inc." }).click();
    // This server knows no such service.
    await dialog
      .getByRole("alert")
      .getByText(/no such login service/)
      .first()
      .waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});

it("lets a link be answered by who has no account", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_asked"),
    nodes: [
      { id: "tell", kind: "data.set", with: { values: { link: "${ resume.ask }" } } },
      { id: "ask", kind: "flow.approve", with: { message: "Shall it go on?" } },
    ],
    edges: ["tell -> ask"],
  });
  const run = await execute(id);
  const { page, mistakes, close } = await openPage({ as: "nobody", width: 390 });
  await page.goto(await linkOf(run));
  await page.getByText("Shall it go on?").waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText(/your answer was taken/).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("never leaves this server after a login", async () => {
  const { page, close } = await openPage();
  await page.goto("/login?next=//example.org/elsewhere");
  await page.waitForURL(/\/dashboard$/);
  await close();
});

/** The path of the link that a run has handed to its first step, once that has ended. */
async function linkOf(run: string): Promise<string> {
  let link = "";
  const read = async () => {
    const { steps } = await request("GET", `/api/executions/${run}`);
    const [told] = steps as { output?: { link?: string } }[];
    link = told?.output?.link ?? "";
    return link;
  };
  await expect.poll(read, { message: "the link of a run", timeout: 30_000 }).not.toBe("");
  return new URL(link).pathname;
}

/** Changes to the workspace of the tests, where one has this role. */
async function changeWorkspace(page: Page, name: string, role: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await Promise.all([
    page.waitForEvent("load"),
    page
      .getByRole("button", { name: new RegExp(role) })
      .first()
      .click(),
  ]);
}

/** What a device shows for this secret now (RFC 6238). */
function codeOf(secret: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = Array.from(secret, (letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
