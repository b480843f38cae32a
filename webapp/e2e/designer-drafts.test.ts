// What is not saved in the designer: it is there again after a reload, and nobody who saves in between takes it away.
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { documentOf, focusable, node, set } from "./designing";
import { createWorkflow, expectAccessible, freshName, type Json, openPage, request } from "./lathe";

it("is there again after a reload, and can be dropped", async () => {
  const id = await createWorkflow({ lathe: 1, name: freshName("e2e_kept"), nodes: [set("a")] });
  const { page, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await page.locator('.react-flow__node[data-id="a"]').focus();
  await page.keyboard.press("Control+d");
  await node(page, "a_2").waitFor();
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await node(page, "a_2").waitFor();
  await page.getByText(/unsaved edits of/).waitFor();
  await page.getByRole("link", { name: "Runs" }).first().click();
  await page.getByRole("dialog", { name: "Leave with unsaved edits?" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Discard them" }).click();
  await node(page, "a_2").waitFor({ state: "detached" });
  await close();
});

it("is asked about together with what is half written beside it, and can be saved on the way", async () => {
  const id = await createWorkflow({ lathe: 1, name: freshName("e2e_left"), nodes: [set("a")] });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await focusable(page, "a").focus();
  await page.keyboard.press("Control+d");
  await node(page, "a_2").waitFor();
  await page.getByRole("tab", { name: "Last run" }).click();
  await page.getByRole("button", { name: "Pin an output" }).click();
  const pin = page.getByRole("textbox", { name: "Pinned output" });
  await pin.fill('{ "n": ');
  const away = page.getByRole("link", { name: "Runs" }).first();
  const question = page.getByRole("dialog", { name: "Leave with unsaved edits?" });
  await away.click();
  await question.getByText(/Unsaved edits can be saved/).waitFor();
  await question.getByText(/only half written/).waitFor();
  await expectAccessible(page);
  await question.getByRole("button", { name: "Stay" }).click();
  await question.waitFor({ state: "detached" });
  await expect.poll(() => pin.inputValue()).toBe('{ "n": ');
  await away.click();
  await question.getByRole("button", { name: "Save and leave" }).click();
  await page.waitForURL(/\/runs$/);
  expect(((await documentOf(id)).nodes as Json[]).map((each) => each.id)).toEqual(["a", "a_2"]);
  expect(mistakes).toEqual([]);
  await close();
});

it("is each tab's own: one that saves takes nothing from another that is gone", async () => {
  const id = await createWorkflow({ lathe: 1, name: freshName("e2e_tabs"), nodes: [set("a"), set("b")] });
  const { page, close } = await openPage();
  const duplicate = async (tab: typeof page, which: string) => {
    await tab.locator(`.react-flow__node[data-id="${which}"]`).focus();
    await tab.keyboard.press("Control+d");
    await node(tab, `${which}_2`).waitFor();
    await tab.waitForFunction((made) => JSON.stringify({ ...localStorage }).includes(made), `${which}_2`);
  };
  await page.goto(`/workflows/${id}/edit`);
  await duplicate(page, "a");
  const other = await page.context().newPage();
  await other.goto(`/workflows/${id}/edit`);
  await node(other, "b").waitFor();
  await expect.poll(() => node(other, "a_2").count()).toBe(0);
  await duplicate(other, "b");
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await other.getByRole("button", { name: "Saved" }).waitFor();
  // Without its own word on it, as if it had crashed.
  await page.close();
  await other.reload();
  await other.getByText(/unsaved edits of/).waitFor();
  await node(other, "a_2").waitFor();
  await close();
});

it("loses nothing to somebody who saved in between", async () => {
  const name = freshName("e2e_conflict");
  const id = await createWorkflow({ lathe: 1, name, nodes: [set("a"), set("b")] });
  const { page, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await page.locator('.react-flow__node[data-id="a"]').focus();
  await page.keyboard.press("Control+d");
  await node(page, "a_2").waitFor();
  await page.getByRole("complementary", { name: "Node" }).getByRole("button", { name: "Close" }).click();
  await page.getByRole("combobox", { name: "Label", exact: true }).fill("Mine");
  await request("PUT", `/api/workflows/${id}`, {
    document: {
      lathe: 1,
      name,
      label: "Theirs",
      nodes: [set("a"), set("b"), set("theirs")],
      edges: [{ from: "a", to: "b" }],
    },
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "This workflow was saved elsewhere meanwhile" });
  // "theirs" is a node, and what a value is called: the node comes first.
  await dialog.getByText("theirs", { exact: true }).first().waitFor();
  await dialog.getByRole("button", { name: /Workflow · label.*Theirs.*Mine/ }).waitFor();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Put my edits on top of theirs" }).click();
  await node(page, "theirs").waitFor();
  await node(page, "a_2").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
  const saved = await documentOf(id);
  expect((saved.nodes as Json[]).map((each) => each.id)).toEqual(["a", "b", "theirs", "a_2"]);
  expect(saved.edges).toEqual([{ from: "a", to: "b" }]);

  await page.getByRole("button", { name: "Versions" }).click();
  await page.locator('[data-node="a_2"][data-change="added"]').waitFor();
  await expectAccessible(page);
  await close();
});

it("as mended text takes back nothing of the canvas unasked", async () => {
  const id = await createWorkflow({ lathe: 1, name: freshName("e2e_over"), nodes: [set("a")] });
  const { page, mistakes, close } = await openPage();
  const text = await typeFault(page, id);
  await page.locator('.react-flow__node[data-id="a"]').focus();
  await page.keyboard.press("Control+d");
  await node(page, "a_2").waitFor();
  await text.click();
  await page.keyboard.press("Control+a");
  const nodes = ["a", "a_2", "b"].map((each) => `  - id: ${each}\n    kind: data.set\n`).join("");
  await page.keyboard.insertText(`lathe: 1\nname: other\nnodes:\n${nodes}`);
  const overwrite = page.getByRole("button", { name: "Overwrite the canvas with this text" });
  await overwrite.waitFor();
  await expect.poll(() => node(page, "b").count()).toBe(0);
  await expectAccessible(page);
  await overwrite.click();
  await node(page, "b").waitFor();
  await overwrite.waitFor({ state: "detached" });
  expect(mistakes).toEqual([]);
  await close();
});

it("is the same as text, and faulty text changes nothing", async () => {
  const id = await createWorkflow({ lathe: 1, name: freshName("e2e_text"), nodes: [set("a")] });
  const { page, mistakes, close } = await openPage();
  const text = await typeFault(page, id);
  // It outlives its panel, an edit beside it and a reload, and is unsaved all the while.
  await page.getByRole("button", { name: "Save", exact: true }).waitFor();
  await page.getByRole("button", { name: "Code" }).click();
  await node(page, "a").click();
  await page.getByRole("combobox", { name: "n", exact: true }).fill("2");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.getByRole("region", { name: "Problems" }).getByRole("button", { name: /^Text/ }).click();
  await text.getByText("edges: [").waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Control+s");
  await page.getByText(/has a fault and can't be saved/).waitFor();
  await text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("]");
  await page.getByText(/The canvas shows the last text/).waitFor({ state: "detached" });
  // Mended, it is put on top of what was edited meanwhile.
  await text.getByText("n: 2").waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("lathe: 1\nname: other\nnodes:\n  - id: b\n    kind: data.set\n");
  await node(page, "b").waitFor();
  await node(page, "a").waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Undo/ }).click();
  await node(page, "a").waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

/** Begins a list in the text of a workflow and does not end it. */
async function typeFault(page: Page, id: string): Promise<Locator> {
  await page.goto(`/workflows/${id}/edit`);
  await node(page, "a").waitFor();
  await page.getByRole("button", { name: "Code" }).click();
  const text = page.getByRole("textbox", { name: "The workflow as YAML" });
  await text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("edges: [");
  await page.getByText(/The canvas shows the last text/).waitFor();
  return text;
}
