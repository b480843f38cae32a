// What is set: roles, fields, workspaces and the language, each as its people would do it.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import {
  type Account,
  createAccount,
  createPerson,
  expectAccessible,
  freshName,
  giveRole,
  type Json,
  openPage,
  request,
  send,
} from "./lathe";

async function openTab(page: Page, tab: string): Promise<void> {
  await page.goto(`/settings?tab=${tab}`);
  await page.getByRole("tabpanel").waitFor();
}

async function tokenOf(account: Account): Promise<string> {
  const session = (await (await send("POST", "/api/auth/login", account)).json()) as Json;
  return String(session.access_token);
}

async function permissionsOf(account: Account): Promise<string[]> {
  const token = await tokenOf(account);
  const { home } = await request("GET", "/api/auth/profile");
  const reply = await fetch(`${process.env.LATHE_URL}/api/auth/profile`, {
    headers: { authorization: `Bearer ${token}`, "lathe-workspace": String(home) },
  });
  return ((await reply.json()) as { permissions: string[] }).permissions;
}

it("makes a role, gives it to a member, changes and removes it", async () => {
  const account = await createAccount("tess", "viewer");
  const { page, mistakes, close } = await openPage();
  const name = freshName("tester");
  await openTab(page, "roles");
  await page.getByRole("button", { name: "New role" }).click();
  const making = page.getByRole("dialog", { name: "New role" });
  await making.getByRole("textbox", { name: "Name" }).fill(name);
  await making.getByRole("combobox").selectOption("viewer");
  await making.getByRole("checkbox", { name: "workflows:run" }).check();
  await expectAccessible(page);
  await making.getByRole("button", { name: "Make the role" }).click();
  await making.waitFor({ state: "hidden" });
  await page.getByText(`${name} · 15 permissions`).waitFor();

  await openTab(page, "members");
  await giveRole(page, account, name);
  const given = await permissionsOf(account);
  expect(given).toContain("workflows:run");
  expect(given).not.toContain("workflows:write");

  // A role that members have stays.
  await openTab(page, "roles");
  await page.getByRole("button", { name: `Delete the role ${name}` }).click();
  await page.getByRole("button", { name: "Delete the role", exact: true }).click();
  await page.getByRole("alert").getByText("The role was not deleted").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: `Change the role ${name}` }).click();
  const changing = page.getByRole("dialog", { name: `Change the role ${name}` });
  await changing.getByRole("checkbox", { name: "All of: What is built" }).check();
  // Somebody else was faster: nothing that was chosen is lost.
  const { home } = await request("GET", "/api/auth/profile");
  await request("PUT", `/api/workspaces/${home}/roles/${name}`, { permissions: ["models:read"] });
  await changing.getByRole("button", { name: "Save" }).click();
  await changing
    .getByRole("alert")
    .getByText(/Somebody else has changed/)
    .waitFor();
  await expectAccessible(page);
  await changing.getByRole("alert").getByText("Models: read", { exact: true }).waitFor();
  await changing.getByRole("button", { name: "Save mine on top" }).click();
  await changing.waitFor({ state: "hidden" });
  expect(await permissionsOf(account)).toContain("models:write");

  await openTab(page, "members");
  const member = page.getByRole("listitem").filter({ hasText: account.email });
  await member.getByRole("button", { name: "Remove tess" }).click();
  await page.getByRole("button", { name: "Remove from the workspace" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await openTab(page, "roles");
  await page.getByRole("button", { name: `Delete the role ${name}` }).click();
  await page.getByRole("button", { name: "Delete the role", exact: true }).click();
  await page.getByText(`${name} · `).waitFor({ state: "detached" });
  expect(mistakes).toEqual([]);
  await close();
});

it("declares a field, tells its faults where they are, and has it in forms at once", async () => {
  const account = await createPerson("finn");
  const { page, mistakes, close } = await openPage({ as: account });
  await openTab(page, "fields");
  const editor = page.getByRole("textbox", { name: "Fields as YAML" });
  await editor.click();
  await page.locator(".cm-editor.cm-focused").waitFor();
  await page.keyboard.insertText(
    "models:\n  - name: workflows\n    fields:\n      - { name: cost_center, type: txt }\n",
  );
  await page.getByRole("button", { name: "Save" }).click();
  const fault = page.getByRole("alert").getByRole("button", { name: /^Line 4, column \d+/ });
  await fault.click();
  await page.locator(".cm-editor.cm-focused").waitFor();
  await expectAccessible(page);
  await editor.press("ControlOrMeta+a");
  await page.keyboard.insertText(
    "models:\n  - name: workflows\n    fields:\n      - { name: cost_center, label: Cost center, type: text }\n",
  );
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/^Saved\. The fields are in lists/).waitFor();
  const meta = await page.evaluate(async () => {
    const tokens = await (await fetch("/api/auth/refresh", { method: "POST" })).json();
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    return await (await fetch("/api/meta", { headers })).text();
  });
  expect(meta).toContain("cost_center");
  expect(mistakes).toEqual([]);
  await close();
});

it("makes a workspace, renames it, switches, deletes it and brings it back", async () => {
  const account = await createAccount("wanda", "viewer");
  const { page, mistakes, close } = await openPage({ as: account });
  const name = freshName("Bindery");
  await page.goto("/models");
  await page.getByRole("button", { name: "wanda" }).click();
  await page.getByRole("link", { name: "New workspace" }).click();
  const dialog = page.getByRole("dialog", { name: "New workspace" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Make the workspace and go there" }).click();
  await page.waitForURL(/\/dashboard$/);
  await page.getByRole("button", { name: `wanda ${name}` }).waitFor();

  await openTab(page, "workspace");
  const field = page.getByRole("textbox", { name: "Name", exact: true });
  await field.fill(`${name} & Sons`);
  await page.getByRole("button", { name: "Save" }).first().click();
  await page.getByText("Saved.").waitFor();
  await page.getByRole("button", { name: `wanda ${name} & Sons` }).waitFor();

  await page.getByRole("button", { name: "Delete the workspace" }).click();
  const sure = page.getByRole("dialog", { name: `Delete ${name} & Sons?` });
  const remove = sure.getByRole("button", { name: "Delete the workspace" });
  await expect.poll(() => remove.isDisabled()).toBe(true);
  await sure.getByRole("textbox").fill(`${name} & Sons`);
  await expectAccessible(page);
  await remove.click();
  await page.waitForURL(/\/dashboard$/);
  await page.getByRole("button", { name: "wanda wanda" }).waitFor();

  await openTab(page, "workspace");
  await page.getByRole("button", { name: `Bring ${name} & Sons back` }).click();
  await page.getByText(`${name} & Sons is back.`, { exact: false }).waitFor();
  await page.getByRole("button", { name: `Switch to ${name} & Sons` }).click();
  await page.waitForURL(/\/dashboard$/);
  await page.getByRole("button", { name: `wanda ${name} & Sons` }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("speaks German from one click on, over a reload, and in what it tells", async () => {
  const account = await createPerson("heidi");
  const { page, mistakes, close } = await openPage({ as: account });
  await openTab(page, "preferences");
  // All is drawn anew, the button that was pressed included.
  await page.getByRole("radio", { name: "Deutsch" }).click();
  await page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
  await page.getByRole("radio", { name: "Fehlgeschlagene Läufe: Gar nicht" }).click();
  await page.getByText("Gespeichert.").waitFor();
  await expectAccessible(page);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
  await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("de");
  await expect
    .poll(() => page.getByRole("radio", { name: "Fehlgeschlagene Läufe: Gar nicht" }).isChecked())
    .toBe(true);
  const token = await tokenOf(account);
  const kept = await (await send("GET", "/api/settings", undefined, token)).json();
  expect(kept).toMatchObject({ language: "de" });
  expect(mistakes).toEqual([]);
  await close();
});

it("says whether the audit log is whole, and hands it over as a file", async () => {
  const { page, mistakes, close } = await openPage();
  await openTab(page, "audit");
  await page.getByRole("button", { name: "Verify the audit log" }).click();
  await page.getByText(/entries, all as they were written/).waitFor();
  const head = await page.getByRole("textbox", { name: "Head of the log" }).inputValue();
  expect(head).toMatch(/^\d+:[0-9a-f]+$/);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export the audit log" }).click();
  expect((await saved).suggestedFilename()).toBe("audit.jsonl");
  await page.getByText(/entries are in the file/).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("shows what an entry of the audit log changed", async () => {
  // In a workspace of its own: in that of the tests, what others do moves it out of sight.
  const account = await createPerson("auditor");
  const token = await tokenOf(account);
  const body = { name: freshName("e2e_audited"), value: "before" };
  const variable = (await (await send("POST", "/api/variables", body, token)).json()) as Json;
  expect((await send("PUT", `/api/variables/${variable.id}`, { value: "after" }, token)).ok).toBe(true);
  const { page, mistakes, close } = await openPage({ as: account });
  await openTab(page, "audit");
  await page.getByText("Change variable").first().click();
  const changes = page.getByRole("table", { name: "What changed" }).filter({ visible: true }).first();
  await changes.getByRole("row", { name: /value/ }).waitFor();
  await expectAccessible(page);

  // The page of an entry is called what the list calls it.
  await page.goto("/audit");
  await page.getByText("Change variable").filter({ visible: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Change variable", exact: true }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});
