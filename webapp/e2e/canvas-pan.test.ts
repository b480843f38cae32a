// Panning moves layers and nothing else: no node is drawn again, nothing is painted anew, however many nodes there are.
import { expect, it } from "vitest";
import { createWorkflow, freshName, openPage } from "./lathe";

it("pans without a change to any node", async () => {
  const nodes = Array.from({ length: 40 }, (_, at) => ({
    id: `n${at}`,
    kind: "data.set",
    with: { values: { at } },
  }));
  const edges = nodes.slice(1).map(({ id }, at) => ({ from: `n${at}`, to: id }));
  const id = await createWorkflow({ lathe: 1, name: freshName("pan"), nodes, edges });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  const node = page.locator(".react-flow__node").first();
  await node.hover();
  await page.waitForLoadState("networkidle");
  const pane = await page.locator(".react-flow__pane").boundingBox();
  if (!pane) throw new Error("there is no canvas");
  const before = await node.boundingBox();
  const [x, y] = [pane.x + pane.width / 2, pane.y + pane.height - 60];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 10, y - 10);
  await page.evaluate(() => {
    const changed: string[] = [];
    Object.assign(window, { changed });
    new MutationObserver((records) => {
      for (const { type, attributeName, target } of records)
        changed.push(`${type} ${attributeName} of ${(target as Element).className}`);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  for (let at = 1; at <= 20; at++) await page.mouse.move(x - 10 - at * 3, y - 10 - at * 2);
  const changed = await page.evaluate(() => (window as unknown as { changed: string[] }).changed);
  // React Flow writes where the plane is, which is not what moves it.
  const others = changed.filter((each) => !/^attributes style of react-flow__viewport/.test(each));
  expect(others).toEqual([]);
  expect(changed.length).toBeGreaterThan(10);
  // And yet it has moved, while the mouse is down as much as after.
  const moved = await node.boundingBox();
  expect((before?.x ?? 0) - (moved?.x ?? 0)).toBeCloseTo(70, 0);
  await page.mouse.up();
  await page.locator(".react-flow[data-view=still]").waitFor();
  const after = await node.boundingBox();
  expect(after?.x).toBeCloseTo(moved?.x ?? 0, 0);
  expect(after?.y).toBeCloseTo(moved?.y ?? 0, 0);
  expect(mistakes).toEqual([]);
  await close();
});

it("chooses a node that can't be dragged by a click on it", async () => {
  const nodes = [{ id: "only", kind: "data.set", with: { values: {} } }];
  const id = await createWorkflow({ lathe: 1, name: freshName("click"), nodes });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}`);
  await page.locator('.react-flow__node[data-id="only"]').click();
  await page.getByRole("complementary", { name: "Node", exact: true }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});
