// What is loaded before it is shown is there with what stands around it; what is not comes a moment later.
import { act, createElement, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { describe, expect, it } from "vitest";
import { later, loadTogether } from "./later";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const Panel = ({ says }: { says: string }) => createElement("p", null, says);

/** What is drawn first, before anything that was waited for. */
async function firstDrawing(part: ReturnType<typeof later<{ says: string }>>): Promise<string> {
  const place = document.createElement("div");
  const root = createRoot(place);
  act(() => root.render(createElement(Suspense, null, createElement(part, { says: "here" }))));
  const text = place.textContent ?? "";
  await act(async () => root.unmount());
  return text;
}

describe("a component that is loaded later", () => {
  it("is drawn at once where it was loaded together with its page", async () => {
    const part = later(async () => Panel);
    expect(await firstDrawing(part)).toBe("");
    const other = later(async () => Panel);
    await loadTogether([other, undefined, Panel]);
    expect(await firstDrawing(other)).toBe("here");
  });

  it("is tried again where it could not be loaded", async () => {
    let attempts = 0;
    const part = later(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error("no connection");
      return Panel;
    });
    await loadTogether([part]);
    await loadTogether([part]);
    expect(attempts).toBe(2);
    expect(await firstDrawing(part)).toBe("here");
  });
});
