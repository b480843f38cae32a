// A dialog closes at once as long as nothing is typed in it, and asks before what is typed goes with it.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { settleDeparture, wantedDeparture, watchLosses } from "@/lib/unsaved";
import { Form, TextField } from "./form";
import { FormDialog } from "./form-dialog";

let root: Root;
let page: HTMLElement;
let stopWatching: () => void;
const close = vi.fn();

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  close.mockReset();
  stopWatching = watchLosses(() => undefined);
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
  const children = createElement(TextField, { name: "name", label: "Name" });
  const form = { fields: ["name"], failure: null, busy: false, onSubmit: () => undefined, children };
  const dialog = { title: "New token", onClose: close, children: createElement(Form, form) };
  await act(async () => root.render(createElement(FormDialog, dialog)));
});
afterEach(async () => {
  settleDeparture(false);
  stopWatching();
  await act(async () => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

const pressEscape = () =>
  act(async () => page.querySelector("dialog")?.dispatchEvent(new Event("cancel", { cancelable: true })));

it("closes at once while nothing is typed", async () => {
  await pressEscape();
  expect(close).toHaveBeenCalledOnce();
});

it("asks once something is, and closes by the answer", async () => {
  await act(async () => page.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true })));
  await pressEscape();
  expect(close).not.toHaveBeenCalled();
  expect(wantedDeparture()).toBeDefined();
  settleDeparture(true);
  expect(close).toHaveBeenCalledOnce();
});
