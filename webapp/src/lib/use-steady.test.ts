// What says the same is the same: an effect that depends on it does not run again.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useSteady } from "./use-steady";

const seen: unknown[] = [];

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));
afterEach(() => vi.unstubAllGlobals());

function Seen({ value }: { value: unknown }) {
  seen.push(useSteady(value));
  return null;
}

it("gives another value only when it says something else", async () => {
  const root = createRoot(document.createElement("div"));
  const show = async (value: unknown) => {
    await act(async () => root.render(createElement(Seen, { value })));
    return seen.at(-1);
  };
  const first = { item: { a: 1, b: [2] } };
  const second = { item: { a: 1, b: [3] } };
  expect(await show(first)).toBe(first);
  expect(await show({ item: { b: [2], a: 1 } })).toBe(first);
  expect(await show(second)).toBe(second);
  expect(await show(first)).toBe(first);
  await act(async () => root.unmount());
});
