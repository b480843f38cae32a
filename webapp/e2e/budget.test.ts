// What a first visit costs: how much script comes before anything can be done, and that nothing jumps while a screen loads.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { openPage, settled } from "./lathe";

/** In bytes as they are sent, compressed. */
const MOST_SCRIPT = 250_000;

/** Of the score that browsers call cumulative layout shift; 0.1 counts as good elsewhere. */
const MOST_SHIFT = 0.02;

const SCREENS = [
  "/dashboard",
  "/workflows",
  "/runs",
  "/applications",
  "/models",
  "/prompts",
  "/schedules",
  "/secrets",
  "/audit",
  "/settings",
];

/** Bytes of all scripts that the page asks for until it is quiet. */
async function scriptOf(page: Page, address: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  session.on("Network.responseReceived", ({ type, response }) => {
    if (type === "Script") bytes += Number(response.headers["content-length"]);
  });
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await page.goto(address);
  await page.getByRole("heading").first().waitFor();
  await settled(page);
  return bytes;
}

describe("a first visit", () => {
  it.each(["/login", "/dashboard", "/workflows", "/applications"])(
    "to %s loads little script",
    async (address) => {
      const { page, close } = await openPage(address === "/login" ? { as: "nobody" } : {});
      const bytes = await scriptOf(page, address);
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes, `bytes of script for ${address}`).toBeLessThanOrEqual(MOST_SCRIPT);
      await close();
    },
  );

  it.each([1360, 390])("moves nothing that is drawn, %s pixels wide", async (width) => {
    const { page, close } = await openPage({ width });
    await page.addInitScript(() => {
      const shifts: { score: number; moved: string }[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          sources: { node?: Node | null }[];
        })[]) {
          const moved = entry.sources.map(({ node }) => (node as Element | null)?.outerHTML?.slice(0, 120));
          shifts.push({ score: entry.value, moved: moved.join(" | ") });
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    const jumping: unknown[] = [];
    for (const address of SCREENS) {
      await page.goto(address);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await settled(page);
      const shifts = await page.evaluate(
        () => (window as unknown as { shifts: { score: number; moved: string }[] }).shifts,
      );
      const score = shifts.reduce((sum, shift) => sum + shift.score, 0);
      if (score > MOST_SHIFT) jumping.push({ address, score, shifts });
    }
    expect(jumping).toEqual([]);
    await close();
  });
});
