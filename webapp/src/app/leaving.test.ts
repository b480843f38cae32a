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

function Home() {
  return "Home";
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
    { index: true, Component: Home },
  ];
  router = createMemoryRouter([{ Component: Frame, children }], {
    initialEntries: ["/", "/workflows/new", "/runs"],
    initialIndex: 1,
  });
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
  await act(async () => root.render(createElement(RouterProvider, { router })));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await act(async () => root.unmount());
  letGo();
  router.dispose();
  page.remove();
  vi.unstubAllGlobals();
});

const go = (by: number) => act(async () => router.navigate(by));
const leave = () => act(async () => router.navigate("/runs"));
const said = () => [...page.querySelectorAll("dialog p")].map((line) => line.textContent);
const button = (name: string) => {
  const buttons = [...page.querySelectorAll<HTMLButtonElement>("dialog button")];
  const found = buttons.find(({ textContent }) => textContent === name);
  if (!found) throw new Error(`there is no button ${name}`);
  return found;
};
const press = (name: string) =>
  act(async () => button(name).dispatchEvent(new MouseEvent("click", { bubbles: true })));
/** A first save leads to an address of its own. */
const savedFirst = async () => {
  isDirty = false;
  passUnasked(() => void router.navigate("/workflows/7", { replace: true }));
  return true;
};
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
  save.mockImplementation(savedFirst);
  await leave();
  await press("Save and leave");
  expect([address(), said()]).toEqual(["/runs", []]);
  await go(-1);
  expect(address()).toBe("/workflows/7");
});

it("goes back past that address by going back, and leaves no entry to come back to", async () => {
  save.mockImplementation(savedFirst);
  await go(-1);
  await press("Save and leave");
  expect([address(), said(), router.state.historyAction]).toEqual(["/", [], "POP"]);
  await go(1);
  expect(address()).toBe("/workflows/7");
});

it("goes forward past that address where that was wanted", async () => {
  save.mockImplementation(savedFirst);
  const index = vi.spyOn(window.history, "state", "get").mockReturnValue({ idx: 2 });
  await go(1);
  index.mockReturnValue({ idx: 1 });
  await press("Save and leave");
  expect([address(), said(), router.state.historyAction]).toEqual(["/runs", [], "POP"]);
});

it("replaces that address where the one before was to be replaced", async () => {
  save.mockImplementation(savedFirst);
  await act(async () => router.navigate("/runs", { replace: true }));
  await press("Save and leave");
  expect(address()).toBe("/runs");
  await go(-1);
  expect(address()).toBe("/");
});

it("asks again about the next way, once the one that was answered is gone", async () => {
  save.mockImplementation(savedFirst);
  await go(-1);
  await press("Save and leave");
  isDirty = true;
  await leave();
  expect(said()).toEqual(["The workflow stays."]);
});

it("keeps the keyboard at the button while it saves, saves once, and says so", async () => {
  let answer: (isSaved: boolean) => void = () => undefined;
  save.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  await leave();
  button("Save and leave").focus();
  await press("Save and leave");
  expect(page.querySelector("dialog [role=status]")?.textContent).toBe("Saving…");
  const pressed = button("Saving…");
  expect([document.activeElement, pressed.disabled, pressed.getAttribute("aria-disabled")]).toEqual([
    pressed,
    false,
    "true",
  ]);
  await press("Saving…");
  expect(save).toHaveBeenCalledTimes(1);
  await act(async () => answer(false));
  expect([address(), said()]).toEqual(["/workflows/new", []]);
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
