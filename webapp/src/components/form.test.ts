// What is wrong with a form stands at each of its fields before anything is sent, and goes as soon as it is mended.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isAnythingLost, isAnythingUnsaved } from "@/lib/unsaved";
import { beginAnew, Form, TextField } from "./form";

let root: Root;
let page: HTMLElement;
const send = vi.fn();

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  send.mockReset();
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
  const children = [
    createElement(TextField, { key: "note", name: "note", label: "Note" }),
    createElement(TextField, { key: "name", name: "name", label: "Name", required: true }),
    createElement(TextField, { key: "url", name: "url", label: "Address", type: "url", required: true }),
  ];
  const props = { fields: ["note", "name", "url"], failure: null, busy: false, onSubmit: send };
  await act(async () => root.render(createElement(Form, { ...props, children })));
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

const field = (name: string) => page.querySelector<HTMLInputElement>(`input[name="${name}"]`);
const faultOf = (name: string) => document.getElementById(`${field(name)?.id}-fault`)?.textContent;
const submit = () =>
  act(async () =>
    page.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })),
  );
const type = (name: string, value: string) =>
  act(async () => {
    const input = field(name);
    if (input) input.value = value;
    input?.dispatchEvent(new Event("input", { bubbles: true }));
  });

it("says at every field what is wrong, leads to the first, and sends nothing", async () => {
  await submit();
  expect(send).not.toHaveBeenCalled();
  expect([faultOf("note"), faultOf("name"), faultOf("url")]).toEqual([
    undefined,
    "Is required.",
    "Is required.",
  ]);
  expect(document.activeElement).toBe(field("name"));
});

it("takes a fault back as soon as its field is worked on, and sends what is right", async () => {
  await submit();
  await type("name", "pager");
  expect([faultOf("name"), faultOf("url")]).toEqual([undefined, "Is required."]);
  await type("url", "https://example.org/");
  await submit();
  expect(send.mock.calls[0]?.[0]).toEqual({ note: "", name: "pager", url: "https://example.org/" });
});

describe("what is typed while it is being sent", () => {
  const draw = (busy: boolean) => {
    const children = createElement(TextField, { name: "name", label: "Name" });
    const props = { fields: ["name"], failure: null, busy, onSubmit: send };
    return act(async () => root.render(createElement(Form, { ...props, children })));
  };

  it("is asked about as long as it is not sent, unlike what was taken", async () => {
    await draw(false);
    await type("name", "sent");
    await draw(true);
    await draw(false);
    expect([isAnythingUnsaved(), isAnythingLost()]).toEqual([false, false]);
    await type("name", "sent as well");
    await draw(true);
    await type("name", "and more");
    await draw(false);
    expect([isAnythingUnsaved(), isAnythingLost()]).toEqual([true, true]);
  });

  it("is not emptied with what was sent", async () => {
    await draw(false);
    const form = page.querySelector("form");
    if (!form) throw new Error("there is a form");
    await type("name", "and more");
    await act(async () => beginAnew(form, { name: "sent" }));
    expect([field("name")?.value, isAnythingUnsaved()]).toEqual(["and more", true]);
    await act(async () => beginAnew(form, { name: "and more" }));
    expect([field("name")?.value, isAnythingUnsaved()]).toEqual(["", false]);
  });
});
