// The canvas of the designer under somebody's hands: copy and paste, the map, tidying up, fingers, and less motion.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { documentOf, focusable, node, set } from "./designing";
import {
  createWorkflow,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  type Json,
  openPage,
  placeOf,
  request,
} from "./lathe";

const GRID = 12;

type Places = Record<string, { x: number; y: number }>;

/** Nodes one after the other, which stand where somebody has put them. */
async function chain(stem: string, places: Places): Promise<string> {
  const ids = Object.keys(places);
  const document = {
    lathe: 1,
    name: freshName(stem),
    nodes: ids.map((id) => set(id)),
    edges: [ids.join(" -> ")],
  };
  const id = await createWorkflow(document);
  await request("PUT", `/api/workflows/${id}`, { document, layout: places });
  return id;
}

async function savedPlaces(page: Page, id: string): Promise<Places> {
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Saved" }).waitFor();
  return (await request("GET", `/api/workflows/${id}`)).layout as Places;
}

it("copies, cuts and pastes connected nodes by keys, and tidies all of them up", async () => {
  const id = await chain("e2e_clip", { a: { x: 0, y: 0 }, b: { x: 300, y: 0 }, c: { x: -120, y: 240 } });
  const { page, mistakes, close } = await openPage();
  const keys = page.keyboard;
  const pasted = page.locator('[data-id="a_2.out->b_2"]');
  await page.goto(`/workflows/${id}/edit`);
  await focusable(page, "a").focus();
  await keys.press("Control+Shift+ArrowRight");
  await page.getByRole("heading", { name: "2 nodes" }).waitFor();
  await keys.press("Control+c");
  await keys.press("Control+v");
  await pasted.waitFor({ state: "attached" });
  // What was pasted is what is chosen.
  await keys.press("Control+x");
  await pasted.waitFor({ state: "detached" });
  await expect.poll(() => node(page, "a").count()).toBe(1);
  await page.getByRole("button", { name: "Undo: Cut" }).waitFor();
  await keys.press("Control+v");
  await pasted.waitFor({ state: "attached" });
  await keys.press("Shift+L");
  await page.getByRole("button", { name: "Undo: Tidy up" }).waitFor();
  const { a, b, c, a_2, b_2 } = await savedPlaces(page, id);
  const saved = await documentOf(id);
  expect((saved.nodes as Json[]).map((each) => each.id)).toEqual(["a", "b", "c", "a_2", "b_2"]);
  expect(saved.edges).toEqual([
    { from: "a", to: "b" },
    { from: "b", to: "c" },
    { from: "a_2", to: "b_2" },
  ]);
  expect([a, b, c].map((place) => place?.x)).toEqual(
    [a, b, c].map((place) => place?.x).sort((x, y) => Number(x) - Number(y)),
  );
  expect(Number(b_2?.x)).toBeGreaterThan(Number(a_2?.x));
  expect(mistakes).toEqual([]);
  await close();
});

it("connects two nodes by a drag from the port of one to the other", async () => {
  const id = await createWorkflow({ lathe: 1, name: freshName("e2e_wire"), nodes: [set("a"), set("b")] });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  const to = await placeOf(node(page, "b"));
  const port = await placeOf(node(page, "a").locator(".lathe-source"));
  await page.mouse.move(port.x + 4, port.y + 4);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await page.mouse.up();
  await page.locator('[data-id="a.out->b"]').waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Undo: Connect" }).waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Saved" }).waitFor();
  expect((await documentOf(id)).edges).toEqual([{ from: "a", to: "b" }]);
  expect(mistakes).toEqual([]);
  await close();
});

/** At how many places the view is, frame by frame, after a button was pressed that moves it. */
function placesOnTheWay(page: Page, button: string): Promise<number> {
  return page.evaluate(async (label) => {
    const at = () => document.querySelector<HTMLElement>(".react-flow__viewport")?.style.transform;
    let [last, places, still] = [at(), 0, 0];
    document.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.click();
    while (still < 10 || places === 0) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = at();
      still = now === last ? still + 1 : 0;
      if (now !== last) places += 1;
      last = now;
    }
    return places;
  }, button);
}

it("drags along its grid, goes to where the map is pressed, and glides only for who wants motion", async () => {
  const places = Object.fromEntries(
    Array.from({ length: 15 }, (_, at) => [`n${at}`, { x: at * 480, y: (at % 2) * 240 }]),
  );
  const id = await chain("e2e_far", places);
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  const from = await placeOf(node(page, "n0"));
  await page.mouse.move(from.x + 60, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + 97, from.y + 103, { steps: 6 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Undo: Move" }).waitFor();
  const { n0 } = await savedPlaces(page, id);
  expect(n0).not.toEqual(places.n0);
  expect([Number(n0?.x) % GRID, Number(n0?.y) % GRID]).toEqual([0, 0]);

  const last = node(page, "n14");
  const right = Number((await page.locator(".react-flow").boundingBox())?.width);
  expect(Number((await last.boundingBox())?.x)).toBeGreaterThan(right);
  const map = await placeOf(page.getByRole("img", { name: "Minimap" }));
  await page.mouse.click(map.x + map.width - 10, map.y + map.height / 2);
  await expect.poll(async () => Number((await last.boundingBox())?.x)).toBeLessThan(right);

  expect(await placesOnTheWay(page, "Zoom out")).toBe(1);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  expect(await placesOnTheWay(page, "Zoom out")).toBeGreaterThan(1);
  expect(mistakes).toEqual([]);
  await close();
});

it("fits a phone, where fingers move it, come nearer, and choose a node", async () => {
  const id = await createWorkflow({ lathe: 1, name: freshName("e2e_phone"), nodes: [set("a")] });
  const { page, mistakes, close } = await openPage({ width: 390, touch: true });
  await page.goto(`/workflows/${id}/edit`);
  const before = await placeOf(node(page, "a"));
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);

  const pane = await page.locator(".react-flow__pane").boundingBox();
  if (!pane) throw new Error("there is no canvas");
  const [x, y] = [pane.x + pane.width - 120, pane.y + pane.height - 200];
  const fingers = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...touchPoints: { x: number; y: number }[]) =>
    fingers.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", { x, y });
  for (const by of [10, 25, 40]) await touch("touchMove", { x: x + by, y: y - by });
  await touch("touchEnd");
  const moved = await placeOf(node(page, "a"));
  expect([Math.round(moved.x - before.x), Math.round(moved.y - before.y)]).toEqual([40, -40]);

  await touch("touchStart", { x: x - 20, y }, { x: x + 20, y });
  for (const by of [30, 40, 60]) await touch("touchMove", { x: x - by, y }, { x: x + by, y });
  await touch("touchEnd");
  const nearer = await placeOf(node(page, "a"));
  expect(nearer.width).toBeGreaterThan(before.width * 1.5);

  await node(page, "a").tap();
  await page.getByRole("complementary", { name: "Node" }).waitFor();
  await expectNoSidewaysScroll(page);
  expect(mistakes).toEqual([]);
  await close();
});

it("puts a node into what a try does when its body fails", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("e2e_try"),
    nodes: [
      {
        id: "attempt",
        kind: "flow.try",
        body: { nodes: [set("risky")] },
        catch: { nodes: [set("excuse")] },
      },
    ],
  });
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await node(page, "excuse").waitFor();
  const band = page.locator('[data-band="attempt.catch"]');
  await band.getByRole("button", { name: "Add a node to catch of Attempt" }).click();
  await page.getByRole("combobox", { name: "Add a node" }).fill("set values");
  await page.getByRole("option", { name: /^Set values/ }).click();
  await node(page, "set_values").waitFor();
  await page.getByRole("textbox", { name: "values" }).fill("why");
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "why", exact: true }).fill("${ error.message }");
  await page.getByText("No problems").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
  const [attempt] = (await documentOf(id)).nodes as Json[];
  expect(attempt?.catch).toEqual({
    nodes: [
      set("excuse"),
      { id: "set_values", kind: "data.set", with: { values: { why: "${ error.message }" } } },
    ],
  });
  expect(mistakes).toEqual([]);
  await close();
});

it("shows all of a graph that is very long", async () => {
  const long = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`n${at}`, { x: at * 480, y: 0 }]));
  const id = await chain("e2e_long", long);
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await focusable(page, "n0").waitFor();
  await page.getByRole("button", { name: "Show the whole graph" }).click();
  const canvas = await placeOf(page.locator("[data-part=canvas]"));
  await page.waitForFunction(
    ([left, right]) => {
      const nodes = [...document.querySelectorAll('[data-id="n0"], [data-id="n39"]')];
      const boxes = nodes.map((node) => node.getBoundingClientRect());
      return (
        boxes.length === 2 && boxes.every((box) => box.left >= Number(left) && box.right <= Number(right))
      );
    },
    [canvas.x, canvas.x + canvas.width],
  );
  expect(mistakes).toEqual([]);
  await close();
});

it("goes to what is taken back where that is out of sight", async () => {
  const row = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`n${at}`, { x: at * 480, y: 0 }]));
  const id = await chain("e2e_back", row);
  const { page, mistakes, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await focusable(page, "n0").focus();
  await page.keyboard.press("Delete");
  await focusable(page, "n0").waitFor({ state: "detached" });
  const canvas = await placeOf(page.locator("[data-part=canvas]"));
  // Twice the width of the canvas, at a height where no node is.
  const y = canvas.y + canvas.height / 4;
  for (let times = 0; times < 2; times++) {
    await page.mouse.move(canvas.x + canvas.width - 20, y);
    await page.mouse.down();
    await page.mouse.move(canvas.x + 20, y, { steps: 5 });
    await page.mouse.up();
  }
  // Asking to hover over it would bring it back.
  const next = await focusable(page, "n1").boundingBox();
  expect((next?.x ?? 0) + (next?.width ?? 0)).toBeLessThan(canvas.x);
  await page.keyboard.press("Control+z");
  await focusable(page, "n0").waitFor();
  await page.waitForFunction((left) => {
    const box = document.querySelector('.react-flow__node[data-id="n0"]')?.getBoundingClientRect();
    return box !== undefined && box.left >= left;
  }, canvas.x);
  expect(mistakes).toEqual([]);
  await close();
});
