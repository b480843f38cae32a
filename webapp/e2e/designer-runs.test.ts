// Runs that are begun in the designer and watched on its canvas.
import { expect, it } from "vitest";
import { documentOf, node, set } from "./designing";
import { createWorkflow, expectAccessible, freshName, type Json, openPage, request } from "./lathe";

it("lights up for a run that the list tells of before its beginning was answered", async () => {
  const { page, mistakes, close } = await openPage();
  let tellBegun = () => {};
  const begun = new Promise<void>((resolve) => {
    tellBegun = resolve;
  });
  const followed = page.waitForResponse((reply) =>
    /\/api\/executions\/[0-9a-f-]{36}$/.test(new URL(reply.url()).pathname),
  );
  await page.route(/\/api\/executions\?/, async (route) => {
    await begun;
    await route.continue();
  });
  await page.route("**/api/workflows/*/execute*", async (route) => {
    const response = await route.fetch();
    tellBegun();
    await followed;
    await route.fulfill({ response });
  });
  await page.goto("/workflows/new/edit");
  await page.getByRole("button", { name: "Add the first node" }).click();
  await page.getByRole("combobox", { name: "Add a node" }).fill("script");
  await page.getByRole("option", { name: /^Script/ }).click();
  await page.getByRole("combobox", { name: "script" }).fill("42");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("combobox", { name: "Name", exact: true }).fill(freshName("e2e_early"));
  await page.getByRole("button", { name: "Save and run" }).click();
  await page.locator('[data-node="script"][data-status="succeeded"]').waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("runs on data that is pinned, one node alone, and says what an expression comes to", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_pin"),
    nodes: [
      { id: "ask", kind: "script.run", with: { script: 'throw "not reachable from here"' } },
      set("use", { with: { values: { x: "${ nodes.ask.output.n + 1 }" } } }),
      set("more"),
    ],
    edges: ["ask -> use -> more"],
  });
  const { page, mistakes, close } = await openPage();
  const asked: unknown[] = [];
  // It goes on to the server; only on its way does Playwright have what is sent.
  await page.route("**/api/workflows/evaluate", async (route) => {
    asked.push(route.request().postDataJSON());
    await route.continue();
  });
  await page.goto(`/workflows/${id}/edit`);
  await node(page, "ask").click();
  await page.getByRole("tab", { name: "Last run" }).click();
  await page.getByRole("button", { name: "Pin an output" }).click();
  const keeping = () =>
    page.waitForResponse(
      async (reply) =>
        reply.url().endsWith(`/api/workflows/${id}/pins`) &&
        reply.request().method() === "PUT" &&
        (await reply.text()).includes("41"),
    );
  const kept = keeping();
  await page.getByRole("textbox", { name: "Pinned output" }).fill('{ "n": 41 }');
  await node(page, "ask").getByText("Its output is pinned").waitFor();
  expect((await kept).status()).toBe(200);
  await expectAccessible(page);
  // It is undone like any edit, and is no edit of what is saved.
  await page.getByRole("button", { name: "Saved" }).waitFor();
  await page.getByRole("button", { name: "Undo: Change what is pinned to ask" }).click();
  await page.getByRole("button", { name: "Undo: Pin data to ask" }).click();
  await node(page, "ask").getByText("Its output is pinned").waitFor({ state: "detached" });
  const keptAgain = keeping();
  await page.getByRole("button", { name: "Redo: Pin data to ask" }).click();
  await page.getByRole("button", { name: "Redo: Change what is pinned to ask" }).click();
  await node(page, "ask").getByText("Its output is pinned").waitFor();
  await keptAgain;
  await node(page, "use").click();
  await page.locator("[data-outcome]").getByText("42").waitFor();
  expect(asked.at(-1)).toMatchObject({
    text: "${ nodes.ask.output.n + 1 }",
    data: { nodes: { ask: { output: { n: 41 } } } },
  });
  await page.getByRole("tab", { name: "Last run" }).click();
  await page.getByRole("button", { name: "Run this node" }).click();
  await page.locator('[data-node="use"][data-status="succeeded"]').waitFor();
  await page.locator('[data-node="more"][data-status="skipped"]').waitFor();
  await page.getByRole("complementary", { name: "Node" }).getByText("42").first().waitFor();
  expect(mistakes).toEqual([]);
  await close();

  // In a browser that knows nothing of this one.
  const other = await openPage();
  await other.page.goto(`/workflows/${id}/edit`);
  await node(other.page, "ask").getByText("Its output is pinned").waitFor();
  await node(other.page, "ask").click();
  await other.page.getByRole("tab", { name: "Last run" }).click();
  expect(JSON.parse(await other.page.getByRole("textbox", { name: "Pinned output" }).inputValue())).toEqual({
    n: 41,
  });
  // What can't be sent stays where it was typed, and goes when it can.
  await other.page.route(`**/api/workflows/${id}/pins`, (route) => route.abort());
  await other.page.getByRole("textbox", { name: "Pinned output" }).fill('{ "n": 7 }');
  const notice = other.page.getByRole("alert").filter({ hasText: "in this browser only" });
  await notice.waitFor();
  await expectAccessible(other.page);
  await other.page.unroute(`**/api/workflows/${id}/pins`);
  await notice.getByRole("button", { name: "Try again" }).click();
  await notice.waitFor({ state: "detached" });
  const { pins } = await request("GET", `/api/workflows/${id}/pins`);
  expect(pins).toEqual({ ask: { output: { n: 7 } } });
  await other.close();
});

it("runs one node on what the last run gave, and shows what a run waited for", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_one"),
    nodes: [
      { id: "slow", kind: "flow.wait", with: { duration: "1s" } },
      set("quick"),
      set("use", { with: { values: { x: "${ nodes.quick.output.n + 1 }" } } }),
    ],
    edges: ["slow -> use", "quick -> use"],
  });
  const first = await request("POST", `/api/workflows/${id}/execute?wait=20`, { inputs: {} });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await node(page, "use").click();
  await page.getByRole("tab", { name: "Last run" }).click();
  await page.getByRole("complementary", { name: "Node" }).getByText("Succeeded").first().waitFor();
  await page.getByRole("button", { name: "Run this node" }).click();
  await page.locator('[data-node="use"][data-status="succeeded"]').waitFor();
  const second = await page.locator("[data-run]").getAttribute("data-run");
  const run = await request("GET", `/api/executions/${second}`);
  expect(run.rerun_of).toBe(first.id);
  expect(run.rerun_from).toEqual(["use"]);
  // What is watched as it runs shows its log first, and what it gave when it has ended without a line.
  await node(page, "slow").click();
  await page.getByRole("tab", { name: "Last run" }).click();
  await page.getByRole("button", { name: "Run this node" }).click();
  await page.locator('[data-node="slow"][data-status="waiting"]').waitFor();
  await page.getByText("No lines yet").waitFor();
  await page.locator('[data-node="slow"][data-status="succeeded"]').waitFor();
  await page.getByRole("tab", { name: "Output", selected: true }).waitFor();

  await page.goto(`/runs/${first.id}`);
  await page.getByText("Critical path: 2 of 3 steps").waitFor();
  const critical = page.locator("[data-step][data-critical]");
  await expect
    .poll(() => critical.evaluateAll((all) => all.map((each) => each.getAttribute("data-step"))))
    .toEqual(["slow", "use"]);
  await expectAccessible(page);
  expect(mistakes).toEqual([]);
  await close();
});

it("runs on from a chosen node by keys, with what is not saved and what is pinned", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_from"),
    nodes: [set("ask"), set("use", { with: { values: { x: "${ nodes.ask.output.n + 1 }" } } })],
    edges: ["ask -> use"],
  });
  await request("POST", `/api/workflows/${id}/execute?wait=20`, { inputs: {} });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await node(page, "ask").click();
  await page.getByRole("tab", { name: "Last run" }).click();
  await page.getByRole("complementary", { name: "Node" }).getByText("Succeeded").first().waitFor();
  await page.getByRole("button", { name: "Pin this output" }).click();
  await page.getByRole("textbox", { name: "Pinned output" }).fill('{ "n": 40 }');
  await node(page, "use").click();
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("combobox", { name: "x", exact: true }).fill("${ nodes.ask.output.n + 2 }");
  await page.keyboard.press("Control+Alt+Enter");
  await page.locator("[data-run]").waitFor();
  await page.locator('[data-node="use"][data-status="succeeded"]').waitFor();
  const run = await page.locator("[data-run]").getAttribute("data-run");
  const { steps } = await request("GET", `/api/executions/${run}`);
  expect((steps as Json[]).find((step) => step.node === "use")?.output).toEqual({ x: 42 });
  const saved = await documentOf(id);
  expect((saved.nodes as Json[])[1]?.with).toEqual({ values: { x: "${ nodes.ask.output.n + 2 }" } });
  expect(mistakes).toEqual([]);
  await close();
});
