// The dashboard: what failed is one click away, charts can be read by keys, and who is new is led to an application.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  type Account,
  createPerson,
  createWorkflow,
  execute,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  latheUrl,
  openPage,
  request,
  send,
  settled,
} from "./lathe";

async function opened(page: Page, address = "/dashboard"): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  await page.getByRole("heading", { name: "Duration" }).waitFor();
}

describe("the dashboard", () => {
  it("is where one comes in, is accessible in both themes, and fits a phone", async () => {
    for (const [theme, width] of [
      ["light", 1360],
      ["dark", 390],
    ] as const) {
      const { page, mistakes, close } = await openPage({ theme, width });
      await opened(page, "/");
      expect(new URL(page.url()).pathname).toBe("/dashboard");
      await settled(page);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(mistakes).toEqual([]);
      await close();
    }
  });

  it("tells what comes next, and at once of a run that failed, and why, and leads to it", async () => {
    const name = freshName("broken");
    const workflow = await createWorkflow({
      lathe: 1,
      name,
      nodes: [{ id: "a", kind: "script.run", with: { script: `throw "the ledger of ${name} is torn"` } }],
    });
    const next = await scheduleSoon(workflow);
    const { page, close } = await openPage();
    await opened(page);
    const failed = page.getByRole("region", { name: "Failed lately" });
    await failed.getByRole("list").or(failed.getByText("No run has failed")).waitFor();
    await page
      .getByRole("region", { name: "Next", exact: true })
      .getByRole("link", { name: next.name })
      .waitFor();
    // Before its time comes: its run would only be in the way of others.
    await request("DELETE", `/api/schedules/${next.id}`);
    for (const name of ["Queued now", "Runners"]) {
      const tile = page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });
      await tile.getByText(/^[\d,]+$/).waitFor();
    }
    const run = await execute(workflow);
    // It is told by the socket: the next look would come later than this.
    const row = failed.getByRole("link", { name: new RegExp(name) }).first();
    await row.waitFor({ timeout: 8_000 });
    await failed.getByText(`the ledger of ${name} is torn`).first().waitFor();
    await row.click();
    await page.waitForURL(`**/runs/${run}`);
    await close();
  });

  it("leads from a number to what it counts, over the time that is shown", async () => {
    const name = freshName("counted");
    const workflow = await createWorkflow({
      lathe: 1,
      name,
      nodes: [{ id: "a", kind: "script.run", with: { script: `throw "it is torn"` } }],
    });
    await execute(workflow);
    const { page, mistakes, close } = await openPage();
    await opened(page, "/dashboard?range=1h");
    const row = page.getByRole("row", { name: new RegExp(name) });
    await page.getByRole("link", { name: "Runs begun: show all" }).click();
    await page.waitForURL(/\/runs\?created_at__gte=/);
    await row.waitFor();
    await opened(page, "/dashboard?range=1h");
    const failed = page.getByRole("link", { name: "Failed: show all" });
    await failed.focus();
    await page.keyboard.press("Enter");
    // Also where all that the numbers tell of so far has run out of time: that has a link of its own.
    await page.waitForURL(/\/runs\?status=failed&finished_at__gte=/);
    await page
      .getByRole("list", { name: "Filter" })
      .getByText(/^Finished/)
      .waitFor();
    await row.waitFor();
    await opened(page, "/dashboard?range=1h");
    await page.getByRole("link", { name: "Runners: show all" }).click();
    await page.waitForURL("**/settings?tab=server");
    await page.getByRole("region", { name: "Runners" }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("has charts that keys walk through, over the time that was chosen", async () => {
    const { page, close } = await openPage();
    await opened(page, "/dashboard?range=1h");
    const chart = page
      .getByRole("figure")
      .filter({ has: page.getByRole("heading", { name: "Runs that ended" }) });
    const point = chart.getByRole("slider", { name: "Runs that ended: point in time" });
    await point.focus();
    const told = () => point.getAttribute("aria-valuetext");
    const last = await told();
    expect(last).toMatch(/Succeeded \d.*Failed \d/);
    await page.keyboard.press("ArrowLeft");
    await chart.getByText((await told()) ?? "").waitFor();
    await expect.poll(told).not.toBe(last);
    expect(Number(await point.getAttribute("max"))).toBe(59);
    await page.getByRole("radio", { name: "The last 7 days" }).press("Space");
    await page.waitForURL("**/dashboard?range=7d");
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("input[type=range]")?.max === "167",
    );
    await page.getByText("Numbers as a table").click();
    await page.getByRole("region", { name: "Runs over time" }).getByRole("row").nth(1).waitFor();
    await close();
  });
});

describe("the guide", () => {
  it("makes the example on an empty server, ticks it off, and stays away once it is dismissed", async () => {
    const account = await createPerson("novice");
    const { page, close } = await openPage({ as: account });
    // Their own workspace is as empty as a new server's.
    await opened(page);
    const steps = page.getByRole("region", { name: "From nothing to a live application in five minutes" });
    const done = (step: string) => steps.getByRole("heading", { name: `${step} (done)` });
    await steps.getByRole("heading", { name: "Get an application (to do)" }).waitFor();
    await expectAccessible(page);
    await steps.getByRole("button", { name: "Make the bookshop" }).click();
    await done("Get an application").waitFor();
    await done("Design its models").waitFor();
    await steps.getByRole("heading", { name: "Ship it (to do)" }).waitFor();
    expect(await names(account)).toEqual(["bookshop"]);
    await steps.getByRole("link", { name: "Go to Ship" }).click();
    await page.waitForURL(/\/applications\/[0-9a-f-]{36}$/);
    await page.getByRole("button", { name: /^Ship/ }).waitFor();
    await page.goBack();
    await steps.getByRole("button", { name: "Dismiss" }).click();
    await steps.waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("region", { name: "Running now" }).waitFor();
    await expect.poll(() => steps.count()).toBe(0);
    await close();
  });
});

/** A schedule whose time comes after the test, and before that of any other. */
async function scheduleSoon(workflow_id: string): Promise<{ id: string; name: string }> {
  const name = freshName("e2e_soon");
  const at = new Date(Date.now() + 5 * 60_000);
  const cron = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
  const body = { name, workflow_id, cron, timezone: "UTC", enabled: true };
  const { id } = await request("POST", "/api/schedules", body);
  return { id: String(id), name };
}

/** The applications of somebody's own workspace. */
async function names(account: Account): Promise<unknown[]> {
  const login = await send("POST", "/api/auth/login", account);
  const { access_token: token } = (await login.json()) as { access_token: string };
  const reply = await fetch(`${latheUrl()}/api/applications`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await reply.json()) as { items: { name: unknown }[] }).items.map(({ name }) => name);
}
