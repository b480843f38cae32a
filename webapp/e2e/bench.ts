// How fast the screens feel, as numbers: a large canvas opened, panned and zoomed, a run watched, a long list scrolled.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyRuns } from "./bench-seed";
import { PARTS, traceFrames } from "./frame-costs";
import { createWorkflow, freshName, type Json, openPage, request, sharedBrowser } from "./lathe";

const NODES = 500;
const COLUMNS = 25;
/** The server's database, where it is SQLite: then runs are copied into it, as many as are asked for. */
const DATABASE = process.env.DATABASE;
const COUNT = Number(process.env.RUNS ?? (DATABASE ? 100_000 : 300));
const SCREENS = 60;
const PAGES = DATABASE ? 60 : 1;
const STEPS = 200;
const OPENINGS = 5;
/** Sixty frames a second leave so long for each. */
const BUDGET_MS = 16.7;
/** What a browser calls a long task: a key or a click has to wait. */
const LONG_TASK_MS = 50;

interface Row {
  what: string;
  median: string;
  p95: string;
  worst: string;
  more: string;
}

const rows: Row[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});
afterAll(async () => {
  // biome-ignore lint/suspicious/noConsole: the table is what this is for.
  console.table(Object.fromEntries(rows.map(({ what, ...numbers }) => [what, numbers])));
});

/** Twenty lines of twenty-five nodes, each with what came before it and the one above. */
function large(name: string): Json {
  const nodes: Json[] = [];
  const edges: Json[] = [];
  for (let at = 0; at < NODES; at++) {
    const id = `n${at}`;
    nodes.push({ id, kind: "data.set", with: { values: { at } } });
    if (at % COLUMNS > 0) edges.push({ from: `n${at - 1}`, to: id });
    if (at % COLUMNS > 2 && at >= COLUMNS && at % 3 === 0)
      edges.push({ from: `n${at - COLUMNS - 1}`, to: id });
  }
  return { lathe: 1, name, nodes, edges };
}

const placesOf = () =>
  Object.fromEntries(
    Array.from({ length: NODES }, (_, at) => [
      `n${at}`,
      { x: (at % COLUMNS) * 288, y: Math.floor(at / COLUMNS) * 108 },
    ]),
  );

function report(what: string, values: readonly number[], unit: string, more = ""): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)} ${unit}`;
  rows.push({ what, median: at(0.5), p95: at(0.95), worst: at(1), more });
}

/** What the page's own thread did for each frame that was drawn. */
async function frames(page: Page, what: string, act: () => Promise<void>): Promise<void> {
  const costs = await traceFrames(browser, page, act);
  const parts = PARTS.map((part) => `${part} ${(costs.parts.get(part) ?? 0).toFixed(1)}`).join(", ");
  const over = costs.frames.filter((each) => each > BUDGET_MS).length;
  report(
    `${what}: processor time of a frame`,
    costs.frames,
    "ms",
    `${costs.frames.length} frames, ${over} over ${BUDGET_MS} ms; ${parts}`,
  );
  const long = costs.tasks.filter((each) => each > LONG_TASK_MS).length;
  report(
    `${what}: the same by the clock`,
    costs.elapsed,
    "ms",
    `${long} tasks over ${LONG_TASK_MS} ms; beside it ${costs.tiles.toFixed(1)} tiles painted in ${costs.rasterMs.toFixed(1)} ms`,
  );
}

/** Somewhere in the middle of the canvas where no node lies. */
async function emptyPlace(page: Page): Promise<{ x: number; y: number }> {
  return page.evaluate(() => {
    const box = document.querySelector(".react-flow__pane")?.getBoundingClientRect();
    if (!box) throw new Error("there is no canvas");
    for (let y = box.bottom - 60; y > box.top; y -= 3)
      for (let x = box.left + box.width / 2; x < box.right; x += 3)
        if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
    throw new Error("the canvas is full");
  });
}

/** From the press on a link to the frame after the first node was drawn. */
async function timeToDraw(page: Page, link: string, drawn: string): Promise<number> {
  return page.evaluate(
    ([link, drawn]) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        const look = () => {
          const found = document.querySelector(drawn);
          if (found && getComputedStyle(found).visibility === "visible")
            requestAnimationFrame(() => resolve(performance.now() - start));
          else requestAnimationFrame(look);
        };
        document.querySelector<HTMLElement>(link)?.click();
        look();
      }),
    [link, drawn] as const,
  );
}

it.each(["without", "with"])("opens a canvas of 500 nodes %s saved places", async (places) => {
  const id = await createWorkflow(large(freshName("bench_open")));
  if (places === "with")
    await request("PUT", `/api/workflows/${id}`, { document: large(freshName("bench")), layout: placesOf() });
  const { page, mistakes, close } = await openPage();
  const times: number[] = [];
  await page.goto(`/workflows/${id}`);
  for (let round = 0; round <= OPENINGS; round++) {
    await page.locator(".react-flow__node").first().waitFor();
    await page.waitForLoadState("networkidle");
    const took = await timeToDraw(
      page,
      `a[href="/workflows/${id}/edit"]`,
      ".lathe-editing .react-flow__node",
    );
    // The first one loads the code, and is told apart.
    if (round === 0) report(`open 500 nodes ${places} places, first`, [took], "ms");
    else times.push(took);
    await page.goBack();
  }
  report(`open 500 nodes ${places} places`, times, "ms");
  expect(mistakes).toEqual([]);
  await close();
});

it("pans, zooms and drags on 500 nodes", async () => {
  const id = await createWorkflow(large(freshName("bench_move")));
  await request("PUT", `/api/workflows/${id}`, { document: large(freshName("bench")), layout: placesOf() });
  const { page, close } = await openPage();
  await page.goto(`/workflows/${id}/edit`);
  await page.locator(".react-flow__node").first().waitFor();
  await page.waitForLoadState("networkidle");
  let middle = await emptyPlace(page);
  const drag = async () => {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    for (let at = 0; at < 90; at++) await page.mouse.move(middle.x - at * 5, middle.y - at * 4);
    for (let at = 90; at > 0; at--) await page.mouse.move(middle.x - at * 5, middle.y - at * 4);
    await page.mouse.up();
  };
  await frames(page, "pan, readable size", drag);
  await page.getByRole("button", { name: "Show the whole graph" }).click();
  await page.waitForLoadState("networkidle");
  middle = await emptyPlace(page);
  await frames(page, "pan, all in view", drag);
  const wheel = async () => {
    await page.mouse.move(middle.x, middle.y - 200);
    for (let at = 0; at < 40; at++) await page.mouse.wheel(0, -40);
    for (let at = 0; at < 40; at++) await page.mouse.wheel(0, 40);
  };
  await frames(page, "zoom", wheel);
  const card = await page.locator(".react-flow__node").nth(8).boundingBox();
  if (!card) throw new Error("there is no node in view");
  await frames(page, "drag a node", async () => {
    await page.mouse.move(card.x + card.width / 2, card.y + card.height / 2);
    await page.mouse.down();
    for (let at = 0; at < 90; at++) await page.mouse.move(card.x + at * 2, card.y + at);
    await page.mouse.up();
  });
  await close();
}, 180_000);

it("shows what happens in a run", async () => {
  const nodes = Array.from({ length: STEPS }, (_, at) => ({
    id: `s${at}`,
    kind: "flow.wait",
    with: { duration: "50ms" },
  }));
  const edges = nodes.slice(1).map((node, at) => ({ from: `s${at}`, to: node.id }));
  const start = { id: "start", kind: "flow.wait", with: { duration: "4s" } };
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("bench_live"),
    nodes: [start, ...nodes],
    edges: [{ from: "start", to: "s0" }, ...edges],
  });
  const { page, close } = await openPage();
  const begun = await request("POST", `/api/workflows/${id}/execute`, { inputs: {} });
  await page.goto(`/runs/${begun.id}`);
  await page.locator('[data-node="start"][data-status]').waitFor();
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target as HTMLElement;
        if (element.dataset.status === "succeeded" && element.dataset.step)
          seen[element.dataset.step] ??= Date.now();
      }
    }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-status"] });
  });
  await page.locator(`[data-step="s${STEPS - 1}"][data-status="succeeded"]`).waitFor();
  const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, number> }).seen);
  const ended = await request("GET", `/api/executions/${begun.id}`);
  const delays = (ended.steps as Json[]).flatMap(({ path, finished_at }) => {
    const at = seen[String(path)];
    return at === undefined ? [] : [at - Date.parse(String(finished_at))];
  });
  expect(delays.length).toBeGreaterThan(STEPS / 2);
  report("live update, from the server's time to the page", delays, "ms", `${delays.length} steps`);
  await close();
});

it("scrolls a long list of runs", async () => {
  const id = await createWorkflow({
    lathe: 1,
    name: freshName("bench_runs"),
    nodes: [{ id: "a", kind: "data.set", with: { values: { n: 1 } } }],
  });
  if (DATABASE) {
    const { items } = await request("GET", "/api/executions?limit=1000");
    // Those of an earlier time are a million, too.
    const isLong = Array.isArray(items) && items.length === 1000;
    if (!isLong || process.env.SEED) {
      const begun = await request("POST", `/api/workflows/${id}/execute`, { inputs: {} });
      report(`seeding ${COUNT} runs`, [await copyRuns(DATABASE, String(begun.id), COUNT)], "s");
    }
  } else {
    for (let at = 0; at < COUNT; at += 20)
      await Promise.all(
        Array.from({ length: 20 }, () => request("POST", `/api/workflows/${id}/execute`, { inputs: {} })),
      );
  }
  const { page, mistakes, close } = await openPage();
  const waits: number[] = [];
  page.on("requestfinished", (sent) => {
    if (/\/api\/[a-z_/]+\?.*limit=\d+/.test(sent.url())) waits.push(sent.timing().responseEnd);
  });
  const opened = performance.now();
  await page.goto("/runs");
  await page.locator('a[href^="/runs/"]').first().waitFor();
  report("open the list of runs, the app loaded", [performance.now() - opened], "ms");
  await page.waitForLoadState("networkidle");
  await page.mouse.move(800, 500);
  const size = () =>
    page.evaluate(() => ({
      elements: document.querySelectorAll("*").length,
      rows: document.querySelectorAll("tr[aria-rowindex]").length,
      last: Number([...document.querySelectorAll("tr[aria-rowindex]")].at(-1)?.getAttribute("aria-rowindex")),
    }));
  const before = await size();
  let most = before.elements;
  await frames(page, "scroll runs", async () => {
    for (let at = 0; at < SCREENS * 4; at++) {
      await page.mouse.wheel(0, 240);
      // To read a page now and then, as whoever looks for something does.
      if (at % 20 === 19) {
        await page.waitForLoadState("networkidle");
        most = Math.max(most, (await size()).elements);
      }
    }
  });
  // Then to the end of what is loaded, again and again: each brings the next page.
  await frames(page, "page through runs", async () => {
    for (let at = 0; at < PAGES; at++) {
      await page.evaluate(() => {
        const list = document.querySelector("table")?.parentElement;
        if (!list) throw new Error("there is no list");
        const before = list.scrollHeight;
        list.scrollTo({ top: before });
        return new Promise<void>((grown) => {
          const look = () => (list.scrollHeight > before ? grown() : requestAnimationFrame(look));
          look();
        });
      });
      most = Math.max(most, (await size()).elements);
    }
  });
  const after = await size();
  rows.push({
    what: "elements of the page",
    median: String(before.elements),
    p95: "",
    worst: String(most),
    more: `${after.rows} rows drawn at row ${after.last}`,
  });
  report("a page of runs, from request to answer", waits, "ms", `${waits.length} pages`);
  for (const query of ["status=failed"]) {
    const began = performance.now();
    await page.goto(`/runs?${query}`);
    await page.locator('a[href^="/runs/"]').first().waitFor();
    report(`runs by ${query.split("=")[0]}, the app loaded`, [performance.now() - began], "ms");
  }
  expect(mistakes).toEqual([]);
  expect(most - before.elements).toBeLessThan(before.elements);
  await close();
}, 600_000);
