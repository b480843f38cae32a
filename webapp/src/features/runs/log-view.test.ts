// A log that is opened before its first line fills its panel all the same.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import type { LogLine } from "@/api/types";
import { LogView } from "./log-view";

afterEach(() => vi.unstubAllGlobals());

it("measures its frame although it was empty at first", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  let measure = () => {};
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(private readonly told: () => void) {}
      observe(element: HTMLElement) {
        Object.defineProperty(element, "clientHeight", { value: 1_000 });
        measure = this.told;
      }
      disconnect() {}
    },
  );
  const place = document.createElement("div");
  const root = createRoot(place);
  const show = (count: number) => {
    const lines: LogLine[] = Array.from({ length: count }, (_, index) => ({
      id: index + 1,
      at: "2026-11-23T19:00:00.000Z",
      step: "build",
      attempt: 1,
      stream: "stdout",
      text: `line ${index}`,
    }));
    return act(async () =>
      root.render(createElement(LogView, { lines, showStep: false, truncated: false, live: true })),
    );
  };
  await show(0);
  await show(500);
  await act(async () => measure());
  // A height of 1000 holds 50 lines of 20; 20 more are drawn on the side that can be scrolled to.
  expect(place.querySelectorAll("time").length).toBe(70);
  await act(async () => root.unmount());
});
