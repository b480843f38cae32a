// The next time of a schedule is told as other moments are: how long until then, and when by the clock on hover.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { formatAbsolute } from "@/lib/time";
import { NextCell } from "./next-cell";

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));
afterEach(() => vi.unstubAllGlobals());

async function drawn(next_at: string | null): Promise<HTMLElement> {
  const page = document.createElement("div");
  await act(async () => createRoot(page).render(createElement(NextCell, { record: { id: "1", next_at } })));
  return page;
}

it("says how long until then, and when", async () => {
  const at = new Date(Date.now() + 3 * 3_600_000 + 60_000).toISOString();
  const time = (await drawn(at)).querySelector("time");
  expect([time?.textContent, time?.title]).toEqual(["in 3 h", formatAbsolute(at)]);
});

it("says nothing where none is ahead", async () => {
  const page = await drawn(null);
  expect([page.textContent, page.querySelector("time")]).toEqual(["–", null]);
});
