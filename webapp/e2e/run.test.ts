// The path every user takes: find a workflow, run it with inputs, watch it, look into a step, come back later.
import { beforeAll, describe, expect, it } from "vitest";
import {
  beSure,
  createWorkflow,
  execute,
  expectAccessible,
  expectStep,
  freshName,
  type Json,
  openPage,
  request,
  tabTo,
} from "./lathe";

const name = freshName("e2e_greeting");
let workflowId: string;

const document = {
  lathe: 1,
  name,
  label: `Greeting ${name}`,
  inputs: {
    who: { type: "string" },
    loud: { type: "boolean", default: false },
    pause: { type: "string", enum: ["1s", "3s", "60s"], default: "1s" },
  },
  nodes: [
    { id: "greet", kind: "script.run", label: "Greet", with: { script: '"Hello, " + inputs.who' } },
    { id: "pause", kind: "flow.wait", label: "Pause", with: { duration: "${ inputs.pause }" } },
    { id: "choose", kind: "flow.branch", label: "Loud?", with: { condition: "${ inputs.loud }" } },
    {
      id: "shout",
      kind: "data.set",
      label: "Shout",
      with: { values: { text: '${ nodes.greet.output + "!" }' } },
    },
    {
      id: "whisper",
      kind: "data.set",
      label: "Whisper",
      with: { values: { text: "${ nodes.greet.output }" } },
    },
  ],
  edges: ["greet -> pause -> choose", "choose.true -> shout", "choose.false -> whisper"],
};

beforeAll(async () => {
  workflowId = await createWorkflow(document);
});

describe("running a workflow", () => {
  it("goes from the list over the form to nodes that light up, and survives a reload", async () => {
    const { page, mistakes, close } = await openPage();
    await page.goto("/workflows");
    await page.getByRole("searchbox", { name: "Search workflows" }).fill(name);
    await page.getByRole("link", { name: new RegExp(name) }).click();
    await page.locator('[data-node="greet"]').waitFor();
    await expectAccessible(page);

    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByText("This input is needed.").waitFor();
    await page.getByRole("textbox", { name: "who" }).fill("Ada");
    await page.getByRole("checkbox", { name: "loud" }).check();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Start the run" }).click();

    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    await page.locator('[data-node="pause"][data-status="waiting"]').waitFor();
    await page.locator('[data-node="greet"][data-status="succeeded"]').waitFor();
    await page.locator('[data-node="shout"][data-status="succeeded"]').waitFor();
    await page.locator('[data-node="whisper"][data-status="skipped"]').waitFor();
    await page.locator('header [data-status="succeeded"]').waitFor();

    await expectStep(page, "shout", { input: /"Hello, Ada!"/, output: /"Hello, Ada!"/ });
    await page.getByRole("tab", { name: "Output" }).click();
    await page.getByText('"Hello, Ada!"').first().waitFor();
    await expectAccessible(page);

    await page.reload();
    await page.locator('[data-node="whisper"][data-status="skipped"]').waitFor();
    await page.getByText('"Hello, Ada!"').first().waitFor();

    await page.goto(`/runs?workflow_id=${workflowId}&status=succeeded`);
    await page
      .getByRole("row", { name: /Succeeded/ })
      .getByRole("link")
      .first()
      .click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("returns by itself when the connection breaks in the middle of a run", async () => {
    const { page, mistakes, close } = await openPage();
    let connections = 0;
    await page.routeWebSocket(/\/events/, (socket) => {
      connections += 1;
      const server = socket.connectToServer();
      if (connections > 1) return;
      server.onMessage((message) => {
        socket.send(message);
        void socket.close({ code: 1011, reason: "broken by the test" });
      });
    });
    const run = await execute(workflowId, { who: "Bob", pause: "3s" });
    await page.goto(`/runs/${run}`);
    await page.locator('[data-node="whisper"][data-status="succeeded"]').waitFor();
    await page.locator('header [data-status="succeeded"]').waitFor();
    expect(connections).toBeGreaterThan(1);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("times a loop over steps that wait as it does after a reload", async () => {
    const wait = { id: "pause", kind: "flow.wait", with: { duration: "2s" } };
    const id = await createWorkflow({
      lathe: 1,
      name: freshName("e2e_turns"),
      nodes: [
        { id: "each", kind: "flow.for_each", with: { items: [1, 2] }, body: { nodes: [wait] } },
        { id: "ask", kind: "flow.approve", with: { message: "Shall it go on?" } },
      ],
      edges: ["each -> ask"],
    });
    const run = await execute(id);
    const { page, close } = await openPage();
    await page.goto(`/runs/${run}`);
    const rows = page.getByRole("list", { name: "Steps" });
    for (const _ of ["live", "after a reload"]) {
      await rows.locator('[data-step="ask"][data-status="waiting"][data-critical]').waitFor();
      const critical = () =>
        rows.locator("[data-critical]").evaluateAll((all) => all.map((row) => row.getAttribute("data-step")));
      await expect.poll(critical).toEqual(["each", "each[0].pause", "each[1].pause", "ask"]);
      await expect.poll(() => rows.locator('[data-step="each"]').textContent()).toMatch(/\d\s*s$/);
      await page.reload();
    }
    await close();
  });

  it("can be driven by keyboard alone", async () => {
    const { page, close } = await openPage();
    await page.goto(`/workflows/${workflowId}`);
    await page.locator('[data-node="greet"]').waitFor();
    await tabTo(page, page.getByRole("link", { name: "Skip to the content" }), { most: 1 });
    await page.keyboard.press("Enter");
    await tabTo(page, page.locator(".react-flow__node"), { most: 12 });
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "Node" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "Workflow" }).waitFor();
    // Past the nodes, back to the title line.
    await tabTo(page, page.getByRole("button", { name: "Run", exact: true }), { key: "Shift+Tab", most: 12 });
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await close();
  });
});

describe("the lists", () => {
  it("begin a run after its form, and follow it to its end", async () => {
    const { page, mistakes, close } = await openPage();
    await page.goto(`/workflows?name=${name}`);
    await page.getByRole("button", { name: `Run Greeting ${name}` }).click();
    const form = page.getByRole("dialog", { name: `Run Greeting ${name}` });
    await form.getByRole("textbox", { name: "who" }).fill("Ada Lovelace");
    await form.getByRole("combobox", { name: "pause" }).selectOption("3s");
    await form.getByRole("button", { name: "Start the run" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    const id = page.url().split("/").at(-1);

    await page.goto(`/runs?id=${id}`);
    const row = page.getByRole("row").nth(1);
    await row.getByText(name).waitFor();
    await row.locator('[data-status="running"]').waitFor();
    await expectAccessible(page);
    // Nobody touches the page: the list looks again by itself.
    await row.locator('[data-status="succeeded"]').waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("cancel the runs that are selected, after a question", async () => {
    const id = await createWorkflow({
      lathe: 1,
      name: freshName("e2e_awaiting"),
      nodes: [{ id: "a", kind: "flow.await", with: { signal: "go" } }],
    });
    for (let runs = 0; runs < 2; runs += 1) await execute(id);
    const { page, mistakes, close } = await openPage();
    await page.goto(`/runs?workflow_id=${id}`);
    const list = page.getByRole("grid");
    await list.locator('[data-status="running"]').nth(1).waitFor();
    await page.getByRole("checkbox", { name: "Select everything that is loaded" }).check();
    await page.getByText("2 selected").waitFor();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await beSure(page, "Cancel");
    await list.locator('[data-status="cancelled"]').nth(1).waitFor();
    const { items } = await request("GET", `/api/executions?workflow_id=${id}`);
    expect((items as Json[]).map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("a run that goes wrong", () => {
  it("shows what failed and why, in the words of the engine", async () => {
    const failing = freshName("e2e_failing");
    const id = await createWorkflow({
      lathe: 1,
      name: failing,
      nodes: [{ id: "stumble", kind: "script.run", with: { script: 'throw "the well is dry"' } }],
      edges: [],
    });
    const { page, mistakes, close } = await openPage();
    await page.goto(`/workflows/${id}`);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.locator('header [data-status="failed"]').waitFor();
    await page.locator('[data-node="stumble"][data-status="failed"]').click();
    const step = page.getByRole("complementary", { name: "Step" });
    await step
      .getByText(/the well is dry/)
      .first()
      .waitFor();

    // A new run begins there, and tells which one it goes on.
    const { pathname } = new URL(page.url());
    await step.getByRole("button", { name: "Re-run from here" }).click();
    await page.waitForURL((url) => url.pathname !== pathname && /^\/runs\/[0-9a-f-]{36}$/.test(url.pathname));
    const earlier = page.getByRole("link", { name: "from stumble of an earlier run" });
    await earlier.waitFor();
    await expect.poll(() => earlier.getAttribute("href")).toBe(pathname);
    await page.locator('header [data-status="failed"]').waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("can be cancelled while it waits, and moves only for who wants motion", async () => {
    const run = await execute(workflowId, { who: "Eve", pause: "60s" });
    const { page, close } = await openPage();
    await page.goto(`/runs/${run}`);
    await page.locator('[data-node="pause"][data-status="waiting"]').waitFor();
    const moving = () =>
      page.evaluate(
        () => window.document.getAnimations().filter(({ playState }) => playState === "running").length,
      );
    await expect.poll(moving).toBe(0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await expect.poll(moving).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator('header [data-status="cancelled"]').waitFor();
    await close();
  });
});
