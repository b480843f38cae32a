// The designer: a workflow made from nothing, run, mended where it failed and run on from there, by mouse and by keyboard.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { documentOf, focusable, node, set } from "./designing";
import {
  createWorkflow,
  expectAccessible,
  freshName,
  type Json,
  openPage,
  placeOf,
  request,
  tabTo,
} from "./lathe";

const idOf = (page: Page) => /workflows\/([0-9a-f-]{36})\/edit/.exec(page.url())?.[1] ?? "";

/** What both ways of designing lead to. */
function expected(name: string, script: string) {
  return {
    lathe: 1,
    name,
    nodes: [
      { id: "script", kind: "script.run", with: { script } },
      { id: "set_values", kind: "data.set", with: { values: { twice: "${ nodes.script.output.n * 2 }" } } },
    ],
    edges: [{ from: "script", to: "set_values" }],
  };
}

describe("designing from nothing", () => {
  it("works by mouse: from an empty canvas to a run that goes on from the mended node", async () => {
    const { page, mistakes, close } = await openPage();
    const name = freshName("e2e_mouse");
    await page.goto("/workflows");
    await page.getByRole("link", { name: "Design a workflow" }).click();
    await page.getByRole("button", { name: "Add the first node" }).click();
    await page.getByRole("combobox", { name: "Add a node" }).fill("script");
    await page.getByRole("option", { name: /^Script/ }).click();
    await page.getByRole("combobox", { name: "script" }).fill('throw "no number yet"');
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("combobox", { name: "Name", exact: true }).fill(name);

    // Dragged out of the port and let go over nothing: the next node is chosen there.
    const port = await placeOf(node(page, "script").locator(".lathe-source"));
    await page.mouse.move(port.x + 4, port.y + 4);
    await page.mouse.down();
    await page.mouse.move(port.x + 120, port.y + 10, { steps: 6 });
    await page.mouse.up();
    await page.getByRole("combobox", { name: "Add a node" }).fill("set values");
    await page.getByRole("option", { name: /^Set values/ }).click();
    await page.getByRole("textbox", { name: "values" }).fill("twice");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("combobox", { name: "twice" }).pressSequentially("${nod");
    await page.getByRole("option", { name: /^nodes/ }).click();
    await page.keyboard.type(".scr");
    await page.getByRole("option", { name: /^script/ }).click();
    await page.keyboard.type(".output.n * 2");
    await page.getByText("No problems").waitFor();
    await expectAccessible(page);

    await page.getByRole("button", { name: "Save and run" }).click();
    await page.locator('[data-node="script"][data-status="failed"]').waitFor();
    await page.waitForURL(/\/workflows\/[0-9a-f-]{36}\/edit$/);
    const id = idOf(page);
    expect(await documentOf(id)).toEqual(expected(name, 'throw "no number yet"'));

    await node(page, "script").click();
    await page.getByRole("tab", { name: "Last run" }).click();
    await page
      .getByText(/no number yet/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("combobox", { name: "script" }).fill("#{ n: 21 }");
    await page.getByRole("tab", { name: "Last run" }).click();
    // What was mended and not saved yet is what runs.
    await page.getByRole("button", { name: "Save and run from here" }).click();
    await page.locator('[data-node="set_values"][data-status="succeeded"]').waitFor();
    await node(page, "set_values").click();
    await page.getByRole("tab", { name: "Last run" }).click();
    await page.getByText("42").first().waitFor();
    expect(await documentOf(id)).toEqual(expected(name, "#{ n: 21 }"));
    expect(mistakes).toEqual([]);
    await close();
  });

  it("works by keyboard alone, to the same end", async () => {
    const { page, mistakes, close } = await openPage();
    const name = freshName("e2e_keys");
    const keys = page.keyboard;
    await page.goto("/workflows/new/edit");
    await page.getByRole("button", { name: "Add the first node" }).waitFor();
    await keys.press("/");
    await keys.type("script");
    await keys.press("Enter");
    await page.locator(".react-flow__node:focus").waitFor();
    await keys.press("Enter");
    await keys.type('throw "no number yet"');
    // Out of the settings and back to the node they are of, maybe past a problem that is not looked at again yet.
    await tabTo(page, focusable(page, "script"), { key: "Shift+F6", most: 2 });
    await keys.press("Tab");
    await page.getByRole("combobox", { name: "Add a node" }).waitFor();
    await keys.type("set values");
    await keys.press("Enter");
    await page.locator('.react-flow__node[data-id="set_values"]:focus').waitFor();
    await keys.press("Enter");
    await keys.type("twice");
    await keys.press("Enter");
    await tabTo(page, page.getByRole("combobox", { name: "twice" }), { key: "Shift+Tab", most: 4 });
    await keys.type("${nodes.scr");
    await keys.press("Enter");
    await keys.type(".output.n * 2");
    await tabTo(page, focusable(page, "set_values"), { key: "Shift+F6", most: 2 });
    // Nothing chosen shows the workflow itself, whose name comes first.
    await keys.press("Escape");
    await keys.press("Enter");
    await keys.press("Control+a");
    await keys.type(name);
    await page.getByText("No problems").waitFor();
    await keys.press("Control+Enter");
    await page.locator('[data-node="script"][data-status="failed"]').waitFor();
    const id = idOf(page);
    expect(await documentOf(id)).toEqual(expected(name, 'throw "no number yet"'));

    await tabTo(page, page.locator(".react-flow__node"), { key: "Shift+F6", most: 3 });
    await keys.press("ArrowLeft");
    await page.locator('.react-flow__node[data-id="script"]:focus').waitFor();
    await keys.press("Enter");
    await keys.press("Control+a");
    // Enter is a new line where no word was begun, whatever could be written there.
    await keys.type("let n = 20;");
    await keys.press("Enter");
    await keys.type("#{ n: n + 1 }");
    await keys.press("Control+s");
    await page.getByRole("button", { name: "Saved" }).waitFor();
    await tabTo(page, page.getByRole("tab", { name: "Settings" }), { key: "Shift+Tab", most: 4 });
    await keys.press("ArrowRight");
    await keys.press("ArrowRight");
    await tabTo(page, page.getByRole("button", { name: "Run from here" }), { most: 10 });
    await keys.press("Enter");
    await page.locator('[data-node="set_values"][data-status="succeeded"]').waitFor();
    expect(await documentOf(id)).toEqual(expected(name, "let n = 20;\n#{ n: n + 1 }"));
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("editing", () => {
  it("connects, disconnects, copies, renames and takes all of it back by keys", async () => {
    const name = freshName("e2e_edit");
    const id = await createWorkflow({
      lathe: 1,
      name,
      nodes: [set("a"), set("b", { with: { values: { x: "${ nodes.a.output.n }" } } }), set("c")],
      edges: ["a -> b"],
    });
    const { page, mistakes, close } = await openPage();
    const keys = page.keyboard;
    await page.goto(`/workflows/${id}/edit`);
    await page.locator('.react-flow__node[data-id="b"]').focus();
    await keys.press("c");
    await page.getByRole("combobox", { name: "Connect b to" }).waitFor();
    // What comes before can't follow: there is no way to make a circle.
    await expect.poll(() => page.getByRole("option").count()).toBe(1);
    await keys.press("Enter");
    await page.locator('[data-id="b.out->c"]').waitFor({ state: "attached" });
    await page.getByRole("tab", { name: "Rules" }).click();
    await page.getByRole("textbox", { name: "id", exact: true }).waitFor();
    await page.locator('.react-flow__node[data-id="a"]').click();
    await page.getByRole("tab", { name: "Rules" }).click();
    await page.getByRole("textbox", { name: "id", exact: true }).fill("first");
    await keys.press("Enter");
    await page.locator('.react-flow__node[data-id="first"]').focus();
    await keys.press("Control+d");
    await node(page, "first_2").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Saved" }).waitFor();
    const saved = await documentOf(id);
    expect(saved.nodes).toEqual([
      set("first"),
      set("b", { with: { values: { x: "${ nodes.first.output.n }" } } }),
      set("c"),
      set("first_2"),
    ]);
    expect(saved.edges).toEqual([
      { from: "first", to: "b" },
      { from: "b", to: "c" },
    ]);
    await page.locator('.react-flow__node[data-id="first_2"]').focus();
    for (let steps = 0; steps < 3; steps++) await keys.press("Control+z");
    await node(page, "a").waitFor();
    await page.locator('[data-id="b.out->c"]').waitFor({ state: "detached" });
    await keys.press("Control+Shift+z");
    await page.locator('[data-id="b.out->c"]').waitFor({ state: "attached" });
    expect(mistakes).toEqual([]);
    await close();
  });

  it("puts a node into a loop and shows what the loop holds", async () => {
    const id = await createWorkflow({
      lathe: 1,
      name: freshName("e2e_loop"),
      nodes: [
        {
          id: "each",
          kind: "flow.for_each",
          with: { items: [1, 2] },
          body: { nodes: [set("inner")] },
        },
      ],
    });
    const { page, close } = await openPage();
    await page.goto(`/workflows/${id}/edit`);
    await node(page, "inner").waitFor();
    await page.getByRole("button", { name: "Add a node to body of Each" }).click();
    await page.getByRole("combobox", { name: "Add a node" }).fill("set values");
    await page.keyboard.press("Enter");
    await node(page, "set_values").waitFor();
    await page.getByRole("textbox", { name: "values" }).fill("it");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "it", exact: true }).pressSequentially("${ite");
    await page.getByRole("option", { name: /^item/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("No problems").waitFor();
    await page.getByRole("button", { name: "Save and run" }).click();
    await page.locator('[data-node="set_values"][data-status="succeeded"]').waitFor();
    await close();
  });

  it("shows what conditions come to, and what a loop gives to what is in it", async () => {
    const id = await createWorkflow({
      lathe: 1,
      name: freshName("e2e_values"),
      nodes: [
        {
          id: "each",
          kind: "flow.for_each",
          with: { items: [{ n: 20, text: "long ".repeat(30) }] },
          body: {
            nodes: [set("twice", { with: { values: { x: "${ item.n * 2 }", all: "${ item.text }" } } })],
          },
        },
        set("b", { when: "nodes.each.output.len() > 7" }),
        { id: "way", kind: "flow.branch", with: { condition: "${ nodes.each.output.len() > 7 }" } },
      ],
      edges: ["each -> b", "each -> way"],
    });
    await request("POST", `/api/workflows/${id}/execute?wait=20`, { inputs: {} });
    const { page, mistakes, close } = await openPage();
    await page.goto(`/workflows/${id}/edit`);
    await node(page, "twice").click();
    await page.locator("[data-outcome]").getByText("40", { exact: true }).waitFor();
    await page.getByRole("button", { name: "All of it" }).click();
    await page
      .getByRole("region", { name: "Value" })
      .getByText(/^"?(long ){30}/)
      .waitFor();
    await expectAccessible(page);
    // An expression that is typed over stays one at each letter, and its button leads to where it is written.
    await node(page, "way").click();
    const condition = page.locator('[data-field="with.condition"]');
    await condition.locator("textarea").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("${nodes.each.output.len() == 1");
    await expect
      .poll(() => condition.locator("textarea").inputValue())
      .toBe("${ nodes.each.output.len() == 1 }");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await condition.locator("textarea:focus").waitFor();
    const braces = page.getByRole("button", { name: "condition as an expression" });
    await braces.click();
    await condition.locator("select:focus").waitFor();
    await braces.click();
    await condition.locator("textarea:focus").waitFor();
    await page.keyboard.type("true");
    await expect.poll(() => condition.locator("textarea").inputValue()).toBe("${ true }");
    await node(page, "b").click();
    await page.getByRole("tab", { name: "Rules" }).click();
    await page.locator('[data-field="when"] [data-outcome]').getByText("false").waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("leads from a problem of the workflow to its field, and marks a faulty edge", async () => {
    const id = await createWorkflow({ lathe: 1, name: freshName("e2e_faults"), nodes: [set("a"), set("b")] });
    const { page, mistakes, close } = await openPage();
    await page.goto(`/workflows/${id}/edit`);
    await page.getByRole("combobox", { name: "Warn after", exact: true }).fill("soon");
    await node(page, "a").click();
    const problems = page.getByRole("region", { name: "Problems" });
    await problems.getByRole("button", { name: /warn_after/ }).click();
    await page.locator('[data-field="settings.warn_after"] :focus').waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("5m");
    await page.getByText("No problems").waitFor();
    await node(page, "b").click();
    await page.getByRole("combobox", { name: "n", exact: true }).fill("${ nodes.nobody.output }");
    await node(page, "b")
      .getByText(/^\d+ problems?$/)
      .waitFor();
    await page.getByRole("tab", { name: "Rules" }).click();
    await problems.getByRole("button", { name: /with\.values\.n/ }).click();
    await page.locator('[data-field="with.values.n"] [aria-invalid="true"]:focus').waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("1");
    await page.getByText("No problems").waitFor();
    await page.getByRole("button", { name: "Code" }).click();
    await page.getByRole("textbox", { name: "The workflow as YAML" }).click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("edges:\n- a.nowhere -> b\n");
    await page.locator('[data-id="a.nowhere->b"] .lathe-edge-faulty').waitFor({ state: "attached" });
    await problems.getByRole("button", { name: /a\.nowhere → b/ }).click();
    await page.locator('.react-flow__edge.selected[data-id="a.nowhere->b"]').waitFor({ state: "attached" });
    expect(mistakes).toEqual([]);
    await close();
  });

  it("leads from a problem to its field", async () => {
    const { page, mistakes, close } = await openPage();
    await page.goto("/workflows/new/edit");
    await page.getByRole("button", { name: "Add the first node" }).click();
    await page.getByRole("combobox", { name: "Add a node" }).fill("http request");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Rules" }).click();
    await page.getByRole("region", { name: "Problems" }).getByRole("button", { name: /url/ }).click();
    await page.locator('[data-field="with.url"] :focus').waitFor();
    await page.keyboard.type("http://127.0.0.1:9/");
    await page.getByText("No problems").waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("keeps notes beside the nodes", async () => {
    const id = await createWorkflow({ lathe: 1, name: freshName("e2e_note"), nodes: [set("a")] });
    const { page, mistakes, close } = await openPage();
    const keys = page.keyboard;
    await page.goto(`/workflows/${id}/edit`);
    await page.locator('.react-flow__node[data-id="a"]').focus();
    await keys.press("n");
    await page.locator("[data-note] textarea:focus").waitFor();
    await keys.type("Ask Ada before this is changed.");
    await keys.press("Alt+ArrowRight");
    await page.getByRole("button", { name: "Undo: Move a note" }).waitFor();
    await expectAccessible(page);
    await keys.press("Control+s");
    await page.getByRole("button", { name: "Saved" }).waitFor();
    const { layout } = await request("GET", `/api/workflows/${id}`);
    expect((layout as Json)["note:1"]).toMatchObject({ note: "Ask Ada before this is changed." });
    await page.goto(`/workflows/${id}`);
    await page.locator("[data-note]").getByText("Ask Ada").waitFor();
    await page.goto(`/workflows/${id}/edit`);
    // All that is there is nodes and notes: they are moved, cut, pasted and deleted together, in one step each.
    const written = page.locator("[data-note] textarea");
    const gone = async () => {
      for (const each of [written, node(page, "a")]) await each.waitFor({ state: "detached" });
    };
    await page.locator('.react-flow__node[data-id="a"]').focus();
    await keys.press("Control+a");
    await page.getByRole("heading", { name: "1 node and 1 note" }).waitFor();
    await expectAccessible(page);
    await keys.press("Shift+ArrowRight");
    await page.getByRole("button", { name: "Undo: Move", exact: true }).waitFor();
    await keys.press("Control+x");
    await gone();
    await keys.press("Control+v");
    await page.getByRole("heading", { name: "1 node and 1 note" }).waitFor();
    await expect.poll(() => written.inputValue()).toBe("Ask Ada before this is changed.");
    await keys.press("Delete");
    await gone();
    await keys.press("Control+z");
    await written.waitFor();
    await node(page, "a").waitFor();
    await page.getByRole("button", { name: "Delete this note" }).click();
    await page.locator("[data-note]").waitFor({ state: "detached" });
    await keys.press("Control+z");
    await page.locator("[data-note]").waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("takes a node into a loop by mouse, and out of it by keys", async () => {
    const id = await createWorkflow({
      lathe: 1,
      name: freshName("e2e_into"),
      nodes: [
        set("a"),
        { id: "each", kind: "flow.for_each", with: { items: [1] }, body: { nodes: [set("i")] } },
      ],
    });
    const { page, mistakes, close } = await openPage();
    await page.goto(`/workflows/${id}/edit`);
    const to = await placeOf(node(page, "i"));
    const from = await placeOf(node(page, "a"));
    await page.mouse.move(from.x + 60, from.y + 30);
    await page.mouse.down();
    await page.mouse.move(to.x + 70, to.y + 40, { steps: 8 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Undo: Move into each" }).waitFor();
    await node(page, "a").click();
    await page.keyboard.press("Shift+B");
    await page.getByRole("option", { name: "The workflow itself" }).click();
    await page.getByRole("button", { name: "Undo: Move out of the block" }).waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Saved" }).waitFor();
    const saved = await documentOf(id);
    expect((saved.nodes as Json[]).map((each) => each.id)).toEqual(["each", "a"]);
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("on every screen", () => {
  it("says that the kinds of nodes could not be read, and opens when another try reads them", async () => {
    const id = await createWorkflow({ lathe: 1, name: freshName("e2e_kinds"), nodes: [set("a")] });
    const { page, mistakes, close } = await openPage();
    await page.route("**/api/nodes*", (route) => route.abort());
    await page.goto(`/workflows/${id}/edit`);
    const notice = page.getByRole("alert").filter({ hasText: "The kinds of nodes could not be read" });
    await notice.waitFor();
    await expectAccessible(page);
    await page.unroute("**/api/nodes*");
    await notice.getByRole("button", { name: "Try again" }).click();
    await node(page, "a").waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it.each(["light", "dark"] as const)("is accessible in %s", async (theme) => {
    const id = await createWorkflow({ lathe: 1, name: freshName("e2e_look"), nodes: [set("a"), set("b")] });
    const { page, mistakes, close } = await openPage({ theme });
    await page.goto(`/workflows/${id}/edit`);
    await node(page, "a").click();
    await expectAccessible(page);
    await page.keyboard.press("Control+k");
    const commands = page.getByRole("combobox", { name: "All commands" });
    await commands.waitFor();
    await expectAccessible(page);
    // Nodes are there once something is typed.
    const place = page.getByRole("option", { name: /^Go to (.* \()?b\)?$/ });
    await expect.poll(() => place.count()).toBe(0);
    await commands.fill("go to b");
    await place.click();
    await page.locator('.react-flow__node[data-id="b"]:focus').waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});
