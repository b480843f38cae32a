// Versions of a workflow in the designer: how two of them differ, in nodes, edges and values, and the way back to an older one.
import { expect, it } from "vitest";
import { documentOf, set } from "./designing";
import { createWorkflow, expectAccessible, freshName, type Json, openPage, request } from "./lathe";

it("tells what stood in a version before, of the node that is chosen", async () => {
  const name = freshName("e2e_values");
  const b = (n: number, end: string) => {
    const text = `Thank the customer for the order, name the day of delivery, and close ${end}.`;
    return set("b", { with: { values: { n, text } } });
  };
  const id = await createWorkflow({ lathe: 1, name, nodes: [set("a"), b(1, "warmly")] });
  await request("PUT", `/api/workflows/${id}`, {
    document: { lathe: 1, name, nodes: [set("a"), b(25, "coolly")] },
  });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await page.getByRole("button", { name: "Versions" }).click();
  const { name: author } = await request("GET", "/api/auth/profile");
  const newest = page.getByRole("list", { name: "All versions" }).getByRole("button", { name: /^v2/ });
  await newest.getByText(String(author), { exact: true }).waitFor();
  // The canvas that is edited is hidden behind this one.
  const drawn = (each: string) => page.locator(`[data-node="${each}"]:visible`);
  const values = page.locator("[data-values]");
  await values.getByRole("button", { name: /with\.values\.n before 1 .* 25/ }).waitFor();
  await drawn("a").click();
  await page.getByText("No value of this node is another one.").waitFor();
  await drawn("b").click();
  await page.getByRole("heading", { name: "Values of b" }).waitFor();
  await values.getByText("25").waitFor();
  // A long text is told from where it differs, and has the words marked once it is opened.
  await values.getByRole("button", { name: /with\.values\.text before .*warmly.* after .*coolly/ }).click();
  await values.locator("[data-diff] del", { hasText: "warmly" }).waitFor();
  await values.locator("[data-diff] ins", { hasText: "coolly" }).waitFor();
  await expectAccessible(page);
  expect(mistakes).toEqual([]);
  await close();
});

it("draws how two versions differ in nodes and edges", async () => {
  const name = freshName("e2e_diff");
  const each = (...nodes: Json[]) => ({
    id: "each",
    kind: "flow.for_each",
    with: { items: [1] },
    body: { nodes: [set("i"), ...nodes] },
  });
  const id = await createWorkflow({
    lathe: 1,
    name,
    nodes: [set("a"), set("b"), set("c"), each()],
    edges: ["a -> b"],
  });
  const places = { a: { x: 0, y: 0 }, b: { x: 300, y: 0 }, each: { x: 0, y: 200 } };
  await request("PUT", `/api/workflows/${id}`, { document: await documentOf(id), layout: places });
  await request("PUT", `/api/workflows/${id}`, {
    document: { lathe: 1, name, nodes: [set("a"), set("b"), each(set("c"))], edges: ["a -> each"] },
    layout: { ...places, b: { x: 300, y: 90 } },
  });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await page.getByRole("button", { name: "Versions" }).click();
  await page.locator('[data-node="c"][data-change="moved"]').waitFor();
  await page.locator('[data-node="b"][data-change="moved"]').waitFor();
  await expect.poll(() => page.locator('[data-node="a"][data-change]').count()).toBe(0);
  await page.locator("[data-changes=moved]").getByText("2 moved").waitFor();
  await expectAccessible(page);
  await page.locator('[data-id="a.out->each"] .lathe-edge-added').waitFor({ state: "attached" });
  await page.locator('[data-id="a.out->b"] .lathe-edge-removed').waitFor({ state: "attached" });
  // An older version comes back with its nodes where they stood.
  await page.getByRole("button", { name: /^v1/ }).click();
  await page.getByRole("button", { name: "Bring version 1 back" }).click();
  await page.getByRole("button", { name: "Undo: Bring back version 1" }).waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
  const { layout, version } = await request("GET", `/api/workflows/${id}`);
  expect([version, (layout as Json).b]).toEqual([3, places.b]);
  // What runs by itself is said, and published, where it is made; what is saved next is a draft.
  await page.getByRole("button", { name: "Publish v3" }).click();
  await page.getByText("v3 · published").waitFor();
  await page.locator('.react-flow__node[data-id="a"]').click();
  await page.keyboard.press("Control+d");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("v4 · draft, v3 is published").waitFor();
  expect(mistakes).toEqual([]);
  await close();
});
