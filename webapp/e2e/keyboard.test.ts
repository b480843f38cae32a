// Dialogs and panels by keyboard: it stays within what is open, Escape closes that, and whoever was at something is there again.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { focusable, set } from "./designing";
import { createWorkflow, expectAccessible, freshName, openPage, placeOf, request, tabTo } from "./lathe";

const isWithin = (page: Page, what: string) =>
  page.evaluate((selector) => {
    const at = document.activeElement;
    // The browser's own bars come after the last stop of a dialog.
    return at === document.body || at?.closest(selector) !== null;
  }, what);

it("gives the keyboard back to who had it", async () => {
  const { page, mistakes, close } = await openPage();
  await page.goto("/workflows/new/edit");
  await page.getByRole("button", { name: "Add the first node" }).waitFor();
  // Where nothing is chosen it leaves the canvas for what can be done.
  await page.keyboard.press("Escape");
  await page.locator("[data-part=actions] :focus").waitFor();
  await tabTo(page, page.getByRole("button", { name: "Code", exact: true }), { most: 5 });

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "All commands" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(":focus", { hasText: "Code" }).waitFor();

  await page.keyboard.press("Shift+?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  for (const key of ["Tab", "Tab", "Tab", "Shift+Tab"]) {
    await page.keyboard.press(key);
    expect(await isWithin(page, "dialog")).toBe(true);
  }
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(":focus", { hasText: "Code" }).waitFor();

  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "Text" });
  const text = panel.locator(".cm-content");
  // Of a workflow without nodes something is to be said, which is a part as well.
  await page.getByRole("region", { name: "Problems" }).waitFor();
  await tabTo(page, text, { key: "F6", most: 3 });
  // Tab is not kept by the text: nobody is caught in it.
  await page.keyboard.press("Shift+Tab");
  await page.locator("aside :focus:not(.cm-content)").waitFor();
  await tabTo(page, text, { most: 4 });
  // Out of a text and back to it, past all that stands between.
  await page.keyboard.press("Shift+F6");
  await page.locator("[data-part=problems] :focus").waitFor();
  await page.keyboard.press("Shift+F6");
  await page.locator("[data-part=canvas] :focus").waitFor();
  await page.keyboard.press("F6");
  await page.keyboard.press("F6");
  await page.locator(".cm-content:focus").waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await page.locator(":focus", { hasText: "Code" }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("chooses several nodes, lines them up, and puts a node between them", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_several"),
    nodes: [set("a"), set("b"), set("c")],
    edges: ["a -> b -> c"],
  });
  const { page, mistakes, close } = await openPage();
  const keys = page.keyboard;
  await page.goto(`/workflows/${id}/edit`);
  await focusable(page, "a").waitFor();
  // From nowhere, any arrow key comes to the first node.
  await keys.press("ArrowRight");
  await page.locator('.react-flow__node[data-id="a"]:focus').waitFor();
  await keys.press("Shift+ArrowUp");
  await keys.press("Control+Shift+ArrowRight");
  await page.locator('.react-flow__node[data-id="b"]:focus').waitFor();
  await page.getByRole("heading", { name: "2 nodes" }).waitFor();
  // On to the third, and without the one in between.
  await keys.press("Space");
  await keys.press("Control+Shift+ArrowRight");
  await page.locator('.react-flow__node[data-id="c"]:focus').waitFor();
  await page.getByRole("heading", { name: "2 nodes" }).waitFor();
  await expectAccessible(page);
  await keys.press("Shift+T");
  await page.getByRole("button", { name: "Undo: Align" }).waitFor();
  await keys.press("Control+s");
  await page.getByRole("button", { name: "Saved" }).waitFor();
  const { layout } = await request("GET", `/api/workflows/${id}`);
  const places = layout as Record<string, { y: number }>;
  expect(places.c?.y).toBe(places.a?.y);
  expect(places.b?.y).not.toBe(places.a?.y);

  await keys.press("ArrowLeft");
  await page.locator('.react-flow__node[data-id="b"]:focus').waitFor();
  await keys.press("Control+Shift+ArrowRight");
  await page.locator('.react-flow__node[data-id="c"]:focus').waitFor();
  await keys.press("i");
  await page.getByRole("combobox", { name: "Add a node" }).waitFor();
  await keys.type("set values");
  await page.getByRole("option", { name: /^Set values/ }).waitFor();
  await keys.press("Enter");
  await page.getByRole("button", { name: "Undo: Add set_values" }).waitFor();
  await page.locator('[data-id="b.out->set_values"]').waitFor({ state: "attached" });
  await page.locator('[data-id="set_values.out->c"]').waitFor({ state: "attached" });

  // Along its edges to the one that leads to it, and without that: the keyboard is where the edge began.
  await page.locator('.react-flow__node[data-id="set_values"]:focus').waitFor();
  await keys.press("e");
  await page.getByRole("heading", { name: "set_values → c" }).waitFor();
  await keys.press("ArrowDown");
  await page.getByRole("heading", { name: "b → set_values" }).waitFor();
  await keys.press("Delete");
  await page.locator('[data-id="b.out->set_values"]').waitFor({ state: "detached" });
  await page.locator('.react-flow__node[data-id="b"]:focus').waitFor();
  await keys.press("Delete");
  await page.locator('.react-flow__node[data-id="a"]:focus').waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("shows a place on an edge where the mouse puts a node in", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_plus"),
    nodes: [set("a"), set("b")],
    edges: ["a -> b"],
  });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  const [a, b] = await Promise.all(
    ["a", "b"].map((id) => placeOf(page.locator(`.react-flow__node[data-id=${id}]`))),
  );
  if (!a || !b) throw new Error("there are not two nodes");
  await page.mouse.move((a.x + a.width + b.x) / 2, a.y + a.height / 2);
  await page.locator('[data-id="a.out->b"] .lathe-insert').click();
  await page.getByRole("combobox", { name: "Add a node" }).fill("set values");
  await page.getByRole("option", { name: /^Set values/ }).click();
  await page.locator('[data-id="a.out->set_values"]').waitFor({ state: "attached" });
  await page.locator('[data-id="set_values.out->b"]').waitFor({ state: "attached" });
  expect(mistakes).toEqual([]);
  await close();
});

it("begins in a dialog where one goes on, and comes out of the settings to the node they are of", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_begin"),
    inputs: { who: { type: "string" } },
    nodes: [set("a"), set("b")],
    edges: ["a -> b"],
  });
  const { page, mistakes, close } = await openPage();
  const keys = page.keyboard;
  await page.goto(`/workflows/${id}/edit`);
  await focusable(page, "b").focus();
  await keys.press("Enter");
  await page.locator("aside[aria-label=Node] :is(input, textarea):focus").waitFor();
  await keys.press("Escape");
  await page.locator('.react-flow__node[data-id="b"]:focus').waitFor();
  await page.getByRole("complementary", { name: "Node" }).waitFor();
  await keys.press("Escape");
  await page.getByRole("complementary", { name: "Workflow" }).waitFor();

  await keys.press("Control+Enter");
  await page.locator("dialog [name=who]:focus").waitFor();
  await keys.type("Ada");
  await keys.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator('[data-node="b"][data-status="succeeded"]').waitFor();
  expect(mistakes).toEqual([]);
  await close();
});
