// An answer that somebody is typing is not lost without a question; one that is on its way is not asked about.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isAnythingLost } from "@/lib/unsaved";
import { AnswerForm } from "./answer-form";

let root: Root;
let page: HTMLElement;

const draw = (busy: boolean) =>
  act(async () =>
    root.render(
      createElement(AnswerForm, {
        question: { approval: false, message: "Why?", form: { reason: { type: "string" } } },
        busy,
        failure: null,
        onAnswer: () => undefined,
      }),
    ),
  );

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

it("counts as typed from the first letter until it is sent", async () => {
  await draw(false);
  expect(isAnythingLost()).toBe(false);
  await act(async () =>
    page.querySelector("input, textarea")?.dispatchEvent(new Event("input", { bubbles: true })),
  );
  expect(isAnythingLost()).toBe(true);
  await draw(true);
  expect(isAnythingLost()).toBe(false);
  // Not taken: it is there still.
  await draw(false);
  expect(isAnythingLost()).toBe(true);
  await act(async () => root.render(null));
  expect(isAnythingLost()).toBe(false);
});
