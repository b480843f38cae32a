// The language changes at once, unless something would be lost: then it is asked first.
import { act, createElement, Fragment } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Language } from "@/lib/i18n";
import { Form, TextField } from "./form";
import { useLanguageChange } from "./language-change";
import { Secret } from "./secret";

let root: Root;
let page: HTMLElement;
let changed: Language[];
/** What the form is told of the change that it sends. */
let sending: { busy: boolean; failure: unknown };

function Choice() {
  const { ask, question } = useLanguageChange((chosen) => changed.push(chosen));
  return createElement(
    Fragment,
    null,
    createElement("button", { type: "button", id: "choose", onClick: () => ask("de") }),
    question,
  );
}

async function draw(holdsSecret = false): Promise<void> {
  const field = createElement(TextField, { name: "name", label: "Name" });
  const form = { fields: ["name"], ...sending, onSubmit: () => undefined, children: field };
  await act(async () =>
    root.render(
      createElement(
        Fragment,
        null,
        createElement(Choice),
        createElement(Form, form),
        holdsSecret && createElement(Secret, { value: "once", label: "Token" }),
      ),
    ),
  );
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  changed = [];
  sending = { busy: false, failure: null };
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

async function press(name: RegExp): Promise<void> {
  const buttons = [...page.querySelectorAll("button")];
  const button = buttons.find((each) => name.test(each.id || (each.textContent ?? "")));
  if (!button) throw new Error(`there is no button ${name}`);
  await act(async () => button.click());
}

async function type(): Promise<void> {
  await act(async () => {
    page.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const isAsked = () => page.querySelector("dialog") !== null;

it("changes at once where nothing is lost", async () => {
  await draw();
  await press(/^choose$/);
  expect(changed).toEqual(["de"]);
  expect(isAsked()).toBe(false);
});

it("asks first when something is typed, and takes both answers", async () => {
  await draw();
  await type();
  await press(/^choose$/);
  expect(isAsked()).toBe(true);
  await press(/^Not now$/);
  expect(isAsked()).toBe(false);
  expect(changed).toEqual([]);
  await press(/^choose$/);
  await press(/^Lose it/);
  expect(changed).toEqual(["de"]);
});

it("asks as long as a secret is shown that is shown once", async () => {
  await draw(true);
  await press(/^choose$/);
  expect(isAsked()).toBe(true);
  await press(/^Not now$/);
  await draw(false);
  await press(/^choose$/);
  expect(changed).toEqual(["de"]);
});

it("asks no more once the form was taken, and goes on asking when it was refused", async () => {
  await draw();
  await type();
  sending = { busy: true, failure: null };
  await draw();
  sending = { busy: false, failure: new Error("refused") };
  await draw();
  await press(/^choose$/);
  expect(isAsked()).toBe(true);
  await press(/^Not now$/);
  sending = { busy: true, failure: null };
  await draw();
  sending = { busy: false, failure: null };
  await draw();
  await press(/^choose$/);
  expect(changed).toEqual(["de"]);
});
