// Who goes away is asked where something is typed, and goes at once where nothing is, or where nobody could ask.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  isAnythingTyped,
  leaveTyped,
  settleDeparture,
  useTyped,
  wantedDeparture,
  watchTyped,
} from "./unsaved";

let root: Root;
let stopWatching: () => void;
const go = vi.fn();

function Field({ isTyped }: { isTyped: boolean }) {
  useTyped(isTyped);
  return null;
}

const draw = (isTyped: boolean) => act(async () => root.render(createElement(Field, { isTyped })));

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  go.mockReset();
  stopWatching = watchTyped(() => undefined);
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  settleDeparture(false);
  stopWatching();
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

it("goes at once where nothing is typed", async () => {
  await draw(false);
  leaveTyped(go);
  expect(go).toHaveBeenCalledOnce();
});

it("waits for the answer where something is, and stays or goes by it", async () => {
  await draw(true);
  leaveTyped(go);
  expect(go).not.toHaveBeenCalled();
  expect(wantedDeparture()).toBe(go);
  settleDeparture(false);
  expect(wantedDeparture()).toBeUndefined();
  leaveTyped(go);
  settleDeparture(true);
  expect(go).toHaveBeenCalledOnce();
});

it("does not wait for an answer that nobody could give", async () => {
  await draw(true);
  stopWatching();
  leaveTyped(go);
  expect(go).toHaveBeenCalledOnce();
  expect(isAnythingTyped()).toBe(true);
});
