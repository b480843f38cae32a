// F6 comes to every part of the screen, and back to where the keyboard was in it, or to what was chosen since.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { partCommands, useParts } from "./parts";

let root: Root;

function Parts() {
  useParts();
  return null;
}

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  // Nothing is laid out here: all that is there is shown.
  vi.spyOn(HTMLElement.prototype, "getClientRects").mockReturnValue([{}] as unknown as DOMRectList);
  root = createRoot(document.createElement("div"));
  await act(async () => root.render(createElement(Parts)));
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const at = (id: string) => document.getElementById(id) as HTMLElement;
const press = (id: "part-next" | "part-previous") =>
  partCommands()
    .find((command) => command.id === id)
    ?.run();
const where = () => document.activeElement?.id;

function drawDesigner() {
  document.body.innerHTML = `
    <div data-part="actions"><button id="save">Save</button></div>
    <div data-part="canvas">
      <div id="a" class="react-flow__node selected" data-id="a" tabindex="0"></div>
      <div id="b" class="react-flow__node" data-id="b" tabindex="0"></div>
      <button id="zoom">Zoom</button>
    </div>
    <section data-part="times"><button id="step">Step</button></section>
    <section data-part="problems"><button id="problem">Problem</button></section>
    <aside data-part="panel"><div data-field><input id="field" /></div></aside>`;
}

const choose = (id: string) => {
  for (const node of document.querySelectorAll(".react-flow__node"))
    node.classList.toggle("selected", node.id === id);
};

it("goes through all parts, and round", () => {
  drawDesigner();
  const passed = Array.from({ length: 6 }, () => {
    press("part-next");
    return where();
  });
  expect(passed).toEqual(["save", "a", "step", "problem", "field", "save"]);
});

it("comes to a form that stands in place of the canvas, and back to its field", () => {
  document.body.innerHTML = `
    <div data-part="actions"><button id="save">Save</button></div>
    <section data-part="form">
      <div data-field><input id="name" /></div><div data-field><input id="label" /></div>
    </section>`;
  at("save").focus();
  press("part-next");
  expect(where()).toBe("name");
  at("label").focus();
  press("part-previous");
  expect(where()).toBe("save");
  press("part-next");
  expect(where()).toBe("label");
});

it("comes back to a button of the canvas, whatever was chosen before", () => {
  drawDesigner();
  at("zoom").focus();
  press("part-previous");
  press("part-next");
  expect(where()).toBe("zoom");
});

it("comes back to a button of the canvas that has chosen something itself", () => {
  drawDesigner();
  at("zoom").focus();
  choose("b");
  press("part-previous");
  press("part-next");
  expect(where()).toBe("zoom");
});

it("comes to what was chosen since it was left", () => {
  drawDesigner();
  at("zoom").focus();
  press("part-previous");
  choose("b");
  press("part-next");
  expect(where()).toBe("b");
});

it("comes back to where it was when nothing is chosen any more", () => {
  drawDesigner();
  at("b").focus();
  press("part-previous");
  choose("none");
  press("part-next");
  expect(where()).toBe("b");
});
