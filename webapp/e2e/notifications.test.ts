// What somebody is told: it comes while they look, is read, and is gone.
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import {
  type Account,
  answerTo,
  createPerson,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  type Json,
  openPage,
  send,
  settled,
} from "./lathe";

/** Somebody whom no other test tells anything. */
let listener: Account;
let token: string;
beforeAll(async () => {
  listener = await createPerson("listener");
  token = String((await ask("POST", "/api/auth/login", listener)).access_token);
});

/** On a phone its name is the short one that stands under it. */
const bell = (page: Page) =>
  page.getByRole("button", { name: /^(Notifications|News)/ }).filter({ visible: true });

async function ask(method: string, path: string, body?: unknown): Promise<Json> {
  const reply = await send(method, path, body, token);
  const text = await reply.text();
  expect(reply.ok, text).toBe(true);
  return text === "" ? {} : (JSON.parse(text) as Json);
}

async function execute(id: string): Promise<string> {
  return String((await ask("POST", `/api/workflows/${id}/execute`, {})).id);
}

async function failing(): Promise<{ name: string; id: string }> {
  const name = freshName("e2e_failing");
  const document = {
    lathe: 1,
    name,
    nodes: [{ id: "a", kind: "script.run", with: { script: 'throw "the supplier sent no prices"' } }],
    edges: [],
  };
  return { name, id: String((await ask("POST", "/api/workflows", { document })).id) };
}

async function readAll(): Promise<void> {
  const { seq } = await ask("GET", "/api/notifications?limit=1");
  await ask("POST", "/api/notifications/read", { up_to: seq });
}

it("tells of a failing run while one looks, leads to it, and counts what is not read", async () => {
  await readAll();
  const { name, id } = await failing();
  const { page, mistakes, close } = await openPage({ as: listener });
  const isListening = page.waitForEvent("websocket", (socket) => socket.url().endsWith("/api/live"));
  await page.goto("/models");
  const socket = await isListening;
  await socket.waitForEvent("framereceived");
  await expect.poll(() => page.locator("[data-unread]").filter({ visible: true }).count()).toBe(0);

  const run = await execute(id);
  // By the socket: nothing here asks again.
  await page.locator('[data-unread="1"]').filter({ visible: true }).waitFor();
  await page.getByRole("status").getByText(`A run of ${name} failed`).first().waitFor({ state: "attached" });
  await bell(page).click();
  const row = page.getByRole("listitem").filter({ hasText: `A run of ${name} failed` });
  await row.getByText("the supplier sent no prices").waitFor();
  await expectAccessible(page);
  // The list shows what was done before the server has it.
  const read = answerTo(page, "POST", /^\/api\/notifications\/[^/]+\/read$/);
  await row.getByRole("link").click();
  await page.waitForURL(new RegExp(`/runs/${run}$`));
  await page.locator("[data-unread]").filter({ visible: true }).waitFor({ state: "detached" });
  expect((await read).ok()).toBe(true);

  // It is read on the server as well, and once deleted it does not come back.
  await page.reload();
  await bell(page).click();
  await row.waitFor();
  await expect.poll(() => row.getByRole("button", { name: /^Mark as read/ }).count()).toBe(0);
  const deleted = answerTo(page, "DELETE", /^\/api\/notifications\/[^/]+$/);
  await row.getByRole("button", { name: /^Delete/ }).click();
  await row.waitFor({ state: "detached" });
  // Out of sight at once; that it does not come back is a promise from the answer on.
  expect((await deleted).ok()).toBe(true);
  await page.keyboard.press("Escape");
  await page.reload();
  await bell(page).click();
  await page.getByRole("region", { name: "Notifications" }).waitFor();
  await settled(page);
  await expect.poll(() => row.count()).toBe(0);
  expect(mistakes).toEqual([]);
  await close();
});

it("is read by keyboard, and fits a phone", async () => {
  await readAll();
  const { name, id } = await failing();
  const { page, mistakes, close } = await openPage({ as: listener, width: 390, theme: "dark" });
  await page.goto("/models");
  await bell(page).waitFor();
  await execute(id);
  await page.locator('[data-unread="1"]').filter({ visible: true }).waitFor();
  await bell(page).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: `A run of ${name} failed` }).waitFor();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.activeElement?.textContent?.includes("Mark all as read"));
  await page.keyboard.press("Enter");
  await page.locator("[data-unread]").filter({ visible: true }).waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Notifications" }).waitFor({ state: "detached" });
  expect(mistakes).toEqual([]);
  await close();
});
