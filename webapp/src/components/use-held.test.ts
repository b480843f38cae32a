// What a dialog sends can't be edited until the answer, and the keyboard comes back to where it was when that is no.
import { act, createElement, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiFailure } from "@/api/failure";
import { Dialog } from "./dialog";
import { Form, SubmitButton, TextField } from "./form";

let root: Root;
let page: HTMLElement;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

const find = (selector: string) => page.querySelector<HTMLElement>(selector);
const note = () => find("input[name=note]");
const isHeld = () => note()?.closest("[inert]") !== null;
const draw = (screen: ReactNode) => act(async () => root.render(screen));

function form(busy: boolean, failure: unknown = null) {
  const children = [
    createElement(TextField, { key: "name", name: "name", label: "Name" }),
    createElement(TextField, { key: "note", name: "note", label: "Note" }),
    createElement(SubmitButton, { key: "send", busy: "Sending…" } as never, "Send"),
  ];
  const props = { fields: ["name", "note"], failure, busy, onSubmit: () => undefined, children };
  return createElement(Form, props);
}

function dialog(busy: boolean, failure?: unknown) {
  const props = { title: "New", onClose: () => undefined, children: form(busy, failure) };
  return createElement(Dialog, props);
}

it("is held while it is sent, with the keyboard in the dialog, and goes on at the same place after a refusal", async () => {
  await draw(dialog(false));
  note()?.focus();
  await draw(dialog(true));
  expect([isHeld(), find("form")?.getAttribute("aria-busy")]).toEqual([true, "true"]);
  expect(document.activeElement).toBe(find("dialog [tabindex='-1']"));
  await draw(dialog(false, new ApiFailure(503, "unavailable", "later")));
  expect([isHeld(), find("form")?.hasAttribute("aria-busy")]).toEqual([false, false]);
  expect(document.activeElement).toBe(note());
});

it("goes on at the field that was refused", async () => {
  await draw(dialog(false));
  note()?.focus();
  await draw(dialog(true));
  const detail = { path: "/name", message: "is taken", original: undefined, atPlace: "is taken" };
  await draw(dialog(false, new ApiFailure(422, "invalid", "no", [detail as never])));
  expect(document.activeElement).toBe(find("input[name=name]"));
});

it("takes the keyboard from nobody who has gone elsewhere meanwhile", async () => {
  await draw(dialog(false));
  note()?.focus();
  await draw(dialog(true));
  const close = find("button[aria-label=Close]");
  close?.focus();
  await draw(dialog(false));
  expect(document.activeElement).toBe(close);
});

it("is not held on a page, where what is typed meanwhile stays", async () => {
  await draw(form(false));
  await draw(form(true));
  expect(isHeld()).toBe(false);
});
