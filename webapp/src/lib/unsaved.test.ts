// Who goes away is asked where something is typed, and goes at once where nothing is, or where nobody could ask.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  askToLeave,
  haveShown,
  isAnythingLost,
  isLeavingUnasked,
  isPassingUnasked,
  leaveUnasked,
  losses,
  passUnasked,
  registerDraft,
  settleDeparture,
  useShownOnce,
  useTyped,
  wantedDeparture,
  watchLosses,
} from "./unsaved";

let root: Root;
let stopWatching: () => void;
const go = vi.fn();

function Field({ isTyped, isShown = false }: { isTyped: boolean; isShown?: boolean }) {
  useTyped(isTyped);
  useShownOnce(isShown);
  return null;
}

const draw = (isTyped: boolean, isShown = false) =>
  act(async () => root.render(createElement(Field, { isTyped, isShown })));

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  go.mockReset();
  stopWatching = watchLosses(() => undefined);
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
  askToLeave(go);
  expect(go).toHaveBeenCalledOnce();
});

it("waits for the answer where something is, and stays or goes by it", async () => {
  await draw(true);
  askToLeave(go);
  expect(go).not.toHaveBeenCalled();
  expect(wantedDeparture()).toBe(go);
  settleDeparture(false);
  expect(wantedDeparture()).toBeUndefined();
  askToLeave(go);
  settleDeparture(true);
  expect(go).toHaveBeenCalledOnce();
});

it("waits for who has no copy of what is shown once, until they say that they have one", async () => {
  await draw(false, true);
  expect(losses()).toMatchObject([{ kind: "shown" }]);
  askToLeave(go);
  expect(go).not.toHaveBeenCalled();
  settleDeparture(false);
  haveShown();
  expect(isAnythingLost()).toBe(false);
  askToLeave(go);
  expect(go).toHaveBeenCalledOnce();
  // Where something is typed as well, both are asked about.
  await draw(false);
  await draw(true, true);
  expect(losses()).toMatchObject([{ kind: "typed" }, { kind: "shown" }]);
});

it("does not wait for an answer that nobody could give", async () => {
  await draw(true);
  stopWatching();
  askToLeave(go);
  expect(go).toHaveBeenCalledOnce();
  expect(isAnythingLost()).toBe(true);
});

it("waits for the answer about a draft as well, as long as there is something in it", async () => {
  await draw(false);
  let isDirty = true;
  const letGo = registerDraft({ says: "Kept.", isDirty: () => isDirty, save: async () => true });
  askToLeave(go);
  expect(go).not.toHaveBeenCalled();
  expect(wantedDeparture()).toBe(go);
  settleDeparture(false);
  isDirty = false;
  askToLeave(go);
  expect(go).toHaveBeenCalledOnce();
  isDirty = true;
  letGo();
  askToLeave(go);
  expect(go).toHaveBeenCalledTimes(2);
});

it("passes without a question only what goes at once", () => {
  const seen: boolean[] = [];
  passUnasked(() => seen.push(isPassingUnasked()));
  expect(() =>
    passUnasked(() => {
      throw new Error("no way");
    }),
  ).toThrow("no way");
  expect([...seen, isPassingUnasked()]).toEqual([true, false]);
});

it("asks nobody twice on their way, and those again who are still there", async () => {
  await draw(true);
  expect(isLeavingUnasked()).toBe(false);
  for (const still of ["pointerdown", "click", "keydown", "input", "focus", "pageshow"]) {
    leaveUnasked(go);
    expect(go).toHaveBeenCalledOnce();
    go.mockReset();
    expect(isLeavingUnasked()).toBe(true);
    // What was typed is there for who stays, whatever kept them.
    expect(isAnythingLost()).toBe(true);
    window.dispatchEvent(new Event(still));
    expect(isLeavingUnasked()).toBe(false);
  }
});

it("is not taken for still there by the click that leads away, nor by who gets the keyboard back then", () => {
  const button = document.createElement("button");
  document.body.append(button);
  button.addEventListener("click", () => leaveUnasked(go));
  button.click();
  button.dispatchEvent(new FocusEvent("focus"));
  expect(isLeavingUnasked()).toBe(true);
  button.remove();
  window.dispatchEvent(new Event("focus"));
});
