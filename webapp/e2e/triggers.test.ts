// What begins runs by itself: a schedule whose next times are seen before it is made, and a webhook that is called.
import { describe, expect, it } from "vitest";
import {
  createAccount,
  createWorkflow,
  execute,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  latheUrl,
  openPage,
  request,
} from "./lathe";

async function greeter(stem: string): Promise<string> {
  const name = freshName(stem);
  await createWorkflow({
    lathe: 1,
    name,
    inputs: { who: { type: "string", default: "world" } },
    nodes: [{ id: "greet", kind: "script.run", with: { script: "inputs.who" } }],
    edges: [],
  });
  return name;
}

describe("a schedule", () => {
  it("is made with its next times in sight, and run by hand", async () => {
    const workflow = await greeter("e2e_scheduled");
    const { page, mistakes, close } = await openPage();
    await page.goto("/schedules/new");
    const name = freshName("e2e_morning");
    await page.getByLabel("Name").fill(name);
    const chosen = page.getByRole("combobox", { name: "Workflow" });
    await chosen.click();
    await chosen.fill(workflow);
    await page.getByRole("option", { name: workflow }).click();
    await page.getByRole("textbox", { name: "who" }).fill("Ada");

    const meaning = page.getByRole("region", { name: "What that means" });
    const when = page.getByRole("textbox", { name: "When" });
    await when.fill("0 6 * *");
    await meaning.getByText(/has 4 fields/).waitFor();
    await when.fill("0 6 * * MON-FRI");
    await meaning.getByText("At 06:00, Monday to Friday").waitFor();
    const zone = page.getByRole("combobox", { name: "Time zone" });
    await zone.click();
    await zone.fill("tokyo");
    await page.getByRole("option", { name: "Asia/Tokyo" }).click();
    await meaning.getByText("by the clock of Asia/Tokyo").waitFor();
    // The times of the zone before stay until those of the new one are there.
    await meaning
      .getByText(/06:00$/)
      .nth(4)
      .waitFor();
    await expect.poll(() => meaning.getByText(/06:00$/).count()).toBe(5);
    await expectAccessible(page);

    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByText("At 06:00, Monday to Friday, by the clock of Asia/Tokyo.").waitFor();
    const next = page.getByRole("list", { name: "Next times" });
    await next.getByRole("listitem").nth(4).waitFor();
    await page.getByText("It was not due yet.").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByText("It is disabled and begins nothing.").waitFor();
    await page.getByRole("button", { name: "Run now" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.getByText("Succeeded").first().waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("keeps what was typed when it is refused, and fits a phone", async () => {
    const workflow = await greeter("e2e_refused");
    const { page, close } = await openPage({ width: 390 });
    await page.goto("/schedules/new");
    await page.getByLabel("Name").fill("kept");
    const chosen = page.getByRole("combobox", { name: "Workflow" });
    await chosen.fill(workflow);
    await page.getByRole("option", { name: workflow }).waitFor();
    await chosen.press("Enter");
    // What fits may still be on its way.
    await page.locator('[name="workflow_id"][aria-expanded="false"]').waitFor();
    await page.getByRole("textbox", { name: "When" }).fill("0 6 30 2 *");
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.locator('[aria-invalid="true"][name="cron"]:focus').waitFor();
    await expect.poll(() => page.getByLabel("Name").inputValue()).toBe("kept");
    await expect.poll(() => chosen.inputValue()).toBe(workflow);
    await expectNoSidewaysScroll(page);
    await close();
  });
});

describe("a form with something in it", () => {
  it("asks before it is left, and keeps what was typed for who stays", async () => {
    const { page, mistakes, close } = await openPage();
    await page.goto("/schedules/new");
    await page.getByLabel("Name").fill("half a schedule");
    const away = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Schedules" });
    const question = page.getByRole("dialog", { name: "Leave with unsaved edits?" });
    await away.click();
    await question.waitFor();
    await expectAccessible(page);
    await question.getByRole("button", { name: "Stay" }).click();
    await question.waitFor({ state: "detached" });
    await expect.poll(() => page.getByLabel("Name").inputValue()).toBe("half a schedule");
    await away.click();
    await question.getByRole("button", { name: "Leave", exact: true }).click();
    await page.waitForURL(/\/schedules$/);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("asks as well before one goes on in another workspace", async () => {
    const account = await createAccount("wanda", "viewer");
    const { page, mistakes, close } = await openPage({ as: account });
    await page.goto("/schedules/new");
    await page.getByLabel("Name").fill("half a schedule");
    const menu = page.getByRole("button", { name: "wanda" });
    const other = page.getByRole("button", { name: /viewer/ });
    const question = page.getByRole("dialog", { name: "Leave with unsaved edits?" });
    await menu.click();
    await other.click();
    await question.getByRole("button", { name: "Stay" }).click();
    await question.waitFor({ state: "detached" });
    await expect.poll(() => page.getByLabel("Name").inputValue()).toBe("half a schedule");
    // Pressing "Stay" was pressing outside of the menu.
    await menu.click();
    await other.click();
    await question.getByRole("button", { name: "Leave", exact: true }).click();
    await page.waitForURL(/\/dashboard$/);
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("the page of a workflow", () => {
  it("lists what begins it, and leads to forms that have it chosen already", async () => {
    const name = await greeter("e2e_triggered");
    const found = (await request("GET", `/api/workflows?q=${name}`)).items as { id: string }[];
    const { page, mistakes, close } = await openPage();
    await page.goto(`/workflows/${found[0]?.id}`);
    const triggers = page.locator("section").filter({ has: page.getByRole("heading", { name: "Triggers" }) });
    await triggers.getByText(/Nothing begins it by itself yet/).waitFor();
    await expectAccessible(page);

    await triggers.getByRole("link", { name: "Add schedule" }).click();
    await page.getByLabel("Name").fill(freshName("e2e_nightly"));
    await expect.poll(() => page.getByRole("combobox", { name: "Workflow" }).inputValue()).toBe(name);
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.waitForURL(/\/schedules\/[0-9a-f-]{36}$/);

    await page.goto(`/workflows/${found[0]?.id}`);
    const schedules = triggers.getByRole("list", { name: "Schedules" });
    await schedules.getByRole("link", { name: /At 06:00, Monday to Friday .* in / }).waitFor();
    await triggers.getByRole("link", { name: "Add webhook" }).click();
    const hook = freshName("e2e_hook");
    await page.getByLabel("Name").fill(hook);
    await expect.poll(() => page.getByRole("combobox", { name: "Workflow" }).inputValue()).toBe(name);
    await page.getByRole("button", { name: "Make the webhook" }).click();
    await page.getByText(`The webhook ${hook} is ready.`).waitFor();

    await page.goto(`/workflows/${found[0]?.id}`);
    await triggers.getByRole("button", { name: `Copy the address of ${hook}` }).waitFor();
    await triggers.getByText(/\/hooks\//).waitFor();
    await expect.poll(() => triggers.getByText(/Nothing begins it/).count()).toBe(0);
    await expectAccessible(page);
    await triggers.getByRole("link", { name: hook }).click();
    await page.getByRole("heading", { level: 1, name: hook }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("a schedule that somebody else changes meanwhile", () => {
  it("shows what they changed, and takes one's own on top of it", async () => {
    const name = freshName("e2e_shared");
    const nodes = [{ id: "greet", kind: "script.run", with: { script: '"hello"' } }];
    const workflow_id = await createWorkflow({ lathe: 1, name, nodes, edges: [] });
    const body = { name, workflow_id, cron: "0 6 * * *", timezone: "UTC", enabled: false };
    const { id } = await request("POST", "/api/schedules", body);
    const { page, mistakes, close } = await openPage();
    await page.goto(`/schedules/${id}/edit`);
    await page.getByRole("textbox", { name: "When" }).fill("0 7 * * *");
    await request("PUT", `/api/schedules/${id}`, { cron: "0 9 * * *" });
    await page.getByRole("button", { name: "Save the schedule" }).click();
    const notice = page.getByRole("alert").filter({ hasText: "Somebody else has changed this" });
    await notice.getByText("0 9 * * *", { exact: true }).waitFor();
    await expect.poll(() => page.getByRole("textbox", { name: "When" }).inputValue()).toBe("0 7 * * *");
    // The times of what was there before are pale until those of what was typed are there.
    const meaning = page.getByRole("region", { name: "What that means" });
    await meaning
      .getByText(/07:00$/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await notice.getByRole("button", { name: "Save mine on top" }).click();
    await page.waitForURL(`**/schedules/${id}`);
    expect((await request("GET", `/api/schedules/${id}`)).cron).toBe("0 7 * * *");
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("a webhook", () => {
  it("is made with its secret shown once, called, and says what came and what was refused", async () => {
    const workflow = await greeter("e2e_hooked");
    const { page, mistakes, close } = await openPage();
    await page.goto("/webhooks");
    await page.getByRole("link", { name: "New webhook" }).click();
    const name = freshName("e2e_hook");
    await page.getByLabel("Name").fill(name);
    const chosen = page.getByRole("combobox", { name: "Workflow" });
    await chosen.fill(workflow);
    await page.getByRole("option", { name: workflow }).click();
    await page.getByLabel("What the run is given").selectOption("body");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Make the webhook" }).click();

    const secret = await page.getByRole("textbox", { name: "Secret", exact: true }).inputValue();
    expect(secret.length).toBeGreaterThan(20);
    const url = await page.getByRole("textbox", { name: "Address" }).inputValue();
    const lines = await page.getByRole("textbox", { name: "Lines for a shell" }).inputValue();
    expect(lines).toContain(url);
    expect(lines).not.toContain(secret);
    // Who leaves without a copy is asked; who says that they have one is not.
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Schedules" }).click();
    const question = page.getByRole("dialog", { name: "Leave without a copy?" });
    await question.getByRole("button", { name: "Stay" }).click();
    await question.waitFor({ state: "detached" });
    await expect
      .poll(() => page.getByRole("textbox", { name: "Secret", exact: true }).inputValue())
      .toBe(secret);
    await page.getByRole("link", { name: "I have copied it: go to the webhook" }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByText("Nothing was sent yet.").waitFor();
    expect(await page.content()).not.toContain(secret);

    // The server's own name for itself may be another than the one it is tested under.
    const address = latheUrl() + new URL(url).pathname;
    const call = (token: string) =>
      fetch(address, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: '{"who": "Grace"}',
      });
    expect((await call(secret)).status).toBe(202);
    expect((await call("wrong")).status).toBe(401);
    await page.reload();
    const taken = page.getByRole("list", { name: "Deliveries" }).getByRole("listitem");
    await taken.getByText("Succeeded").waitFor();
    await expect.poll(() => taken.count()).toBe(1);
    await page.getByRole("list", { name: "Refused" }).getByText("401").waitFor();
    await expectAccessible(page);
    await taken.getByRole("link", { name: "Open the run" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.getByText("Succeeded").first().waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("goes out to another system, which is tried, and says why nothing arrived", async () => {
    const { page, mistakes, close } = await openPage();
    await page.goto("/webhooks/outgoing");
    await page.getByRole("button", { name: "New webhook out" }).click();
    // Everything that is missing is said at once, at its field, by the app and not by the browser.
    await page.getByRole("button", { name: "Make the webhook" }).click();
    await page.getByText("Is required.").nth(1).waitFor();
    await expect
      .poll(() => page.getByLabel("Name").evaluate((field) => field === document.activeElement))
      .toBe(true);
    await expectAccessible(page);
    const name = freshName("e2e_pager");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Address of the other system").fill("https://lathe-e2e.invalid/hook");
    await page.getByRole("textbox", { name: "Headers" }).fill("no header");
    await page.getByRole("button", { name: "Make the webhook" }).click();
    await page.getByText("Line 1 is no header").waitFor();
    await page.getByRole("textbox", { name: "Headers" }).fill("x-team: ops");
    await page.getByRole("button", { name: "Make the webhook" }).click();
    await page.getByRole("textbox", { name: "Secret" }).waitFor();
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText(/It did not arrive: ./).waitFor();
    await page.getByRole("list", { name: "Deliveries" }).getByText("Somebody tried it").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Webhooks out" }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("what waits for an answer", () => {
  it("takes it in the inbox without leaving the list, in the designer, and at the run on a phone", async () => {
    const name = freshName("e2e_asks");
    const id = await createWorkflow({
      lathe: 1,
      name,
      nodes: [
        {
          id: "ask",
          kind: "flow.approve",
          with: { message: `May ${name} go on?`, form: { note: { type: "string", required: false } } },
        },
      ],
      edges: [],
    });
    await execute(id);
    const { page, mistakes, close } = await openPage();
    await page.goto("/approvals");
    // The way there says that something waits.
    const way = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Approvals/ });
    await way.getByText("for an answer").waitFor({ state: "attached" });
    const row = page
      .getByRole("list", { name: "What waits for an answer" })
      .getByRole("listitem")
      .filter({ hasText: `May ${name} go on?` });
    await row.getByRole("button", { name: "Decide" }).click();
    await expectAccessible(page);
    await row.getByRole("button", { name: "Approve" }).click();
    await row.waitFor({ state: "detached" });

    // Where it is designed, of the run that was last.
    await execute(id);
    await page.goto(`/workflows/${id}/edit`);
    await page.locator('[data-node="ask"]').click();
    await page.getByRole("tab", { name: "Last run" }).click();
    const panel = page.getByRole("complementary", { name: "Node" });
    await panel.getByText(`May ${name} go on?`).waitFor();
    await panel.getByRole("button", { name: "Approve" }).click();
    await panel.locator('[data-status="succeeded"]').waitFor();

    await page.setViewportSize({ width: 390, height: 850 });
    await page.goto(`/runs/${await execute(id)}`);
    await page.locator('[data-node="ask"][data-status="waiting"]').click();
    const step = page.getByRole("complementary", { name: "Step" });
    await step.getByText(`May ${name} go on?`).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    // Who looks at the run in between finds what they typed.
    await step.getByRole("textbox", { name: "note" }).fill("Mind the bed");
    await step.getByRole("button", { name: "Close" }).click();
    await page.locator('[data-node="ask"]').click();
    await expect.poll(() => step.getByRole("textbox", { name: "note" }).inputValue()).toBe("Mind the bed");
    await step.getByRole("button", { name: "Approve" }).click();
    await page.locator('[data-node="ask"][data-status="succeeded"]').waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});
