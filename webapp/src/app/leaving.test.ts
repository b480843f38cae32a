// One question for all that is left behind, also where saving leads to an address of its own in between.
import { act, createElement, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { createMemoryRouter, Outlet, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { passUnasked, registerDraft, useTyped } from "@/lib/unsaved";
import { Leaving } from "./leaving";

let root: Root;
let page: HTMLElement;
let router: ReturnType<typeof createMemoryRouter>;
let isDirty: boolean;
let letGo: () => void;
const save = vi.fn<() => Promise<boolean>>();

function Frame() {
  return createElement("main", null, createElement(Outlet), createElement(Leaving));
}

function Screen() {
  const [isTyped, setTyped] = useState(true);
  useTyped(isTyped, "The pin is lost.");
  return createElement("button", { type: "button", id: "send", onClick: () => setTyped(false) });
}

function Runs() {
  return "Runs";
}

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  isDirty = true;
  save.mockReset().mockImplementation(async () => {
    isDirty = false;
    return true;
  });
  letGo = registerDraft({ says: "The workflow stays.", isDirty: () => isDirty, save });
  const children = [
    { path: "workflows/:id", Component: Screen },
    { path: "runs", Component: Runs },
  ];
  router = createMemoryRouter([{ Component: Frame, children }], { initialEntries: ["/workflows/new"] });
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
  await act(async () => root.render(createElement(RouterProvider, { router })));
});
afterEach(async () => {
  await act(async () => root.unmount());
  letGo();
  router.dispose();
  page.remove();
  vi.unstubAllGlobals();
});

const leave = () => act(async () => router.navigate("/runs"));
const said = () => [...page.querySelectorAll("dialog p")].map((line) => line.textContent);
const press = (name: string) =>
  act(async () => {
    const buttons = [...page.querySelectorAll("dialog button")];
    const button = buttons.find(({ textContent }) => textContent === name);
    if (!button) throw new Error(`there is no button ${name}`);
    button.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });
const address = () => router.state.location.pathname;

it("says all of it, and saves what can be saved", async () => {
  await leave();
  expect(said()).toEqual(["The workflow stays.", "The pin is lost."]);
  await press("Save and leave");
  expect([address(), save.mock.calls.length, said()]).toEqual(["/runs", 1, []]);
});

it("stays, or leaves without saving", async () => {
  await leave();
  await press("Stay");
  expect([address(), said()]).toEqual(["/workflows/new", []]);
  await leave();
  await press("Leave without saving");
  expect([address(), save.mock.calls.length]).toEqual(["/runs", 0]);
});

it("stays where it could not be saved", async () => {
  save.mockResolvedValue(false);
  await leave();
  await press("Save and leave");
  expect([address(), said()]).toEqual(["/workflows/new", []]);
});

it("leads where they wanted to go, also past the address that the first save has made", async () => {
  save.mockImplementation(async () => {
    isDirty = false;
    passUnasked(() => void router.navigate("/workflows/7", { replace: true }));
    return true;
  });
  await leave();
  await press("Save and leave");
  expect([address(), said()]).toEqual(["/runs", []]);
});

it("goes on to that address without a question while nobody leaves", async () => {
  await act(async () => passUnasked(() => void router.navigate("/workflows/7", { replace: true })));
  expect([address(), said()]).toEqual(["/workflows/7", []]);
});

it("asks nothing any more once there is nothing to lose", async () => {
  isDirty = false;
  await leave();
  expect(said()).toEqual(["The pin is lost."]);
  await act(async () =>
    page.querySelector("#send")?.dispatchEvent(new MouseEvent("click", { bubbles: true })),
  );
  expect([address(), said()]).toEqual(["/workflows/new", []]);
  await leave();
  expect(address()).toBe("/runs");
});
