// A button that began something is busy until it has led there, and no longer where somebody is kept.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useLeading } from "./use-leading";

let root: Root;
let state: ReturnType<typeof useLeading<string>>;
const lead = vi.fn<(begun: string) => void | Promise<void>>();

function Button() {
  state = useLeading(lead);
  return null;
}

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  lead.mockReset();
  root = createRoot(document.createElement("div"));
  await act(async () => root.render(createElement(Button)));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

it.each(["has led there", "could not lead there"])("is busy until it %s", async (how) => {
  let end = () => {};
  const way = new Promise<void>((resolve, reject) => {
    end = how === "has led there" ? resolve : () => reject(new Error("it could not be loaded"));
  });
  lead.mockReturnValue(way);
  await act(async () => state[1]("run"));
  expect(lead).toHaveBeenCalledExactlyOnceWith("run");
  expect(state[0]).toBe(true);
  await act(async () => end());
  expect(state[0]).toBe(false);
});

it("is busy no longer where leading takes no time", async () => {
  await act(async () => state[1]("run"));
  expect(state[0]).toBe(false);
});
