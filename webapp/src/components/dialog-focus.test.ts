// Where a dialog begins: at its field, at its main button, or at what does no harm.
import { beforeEach, expect, it, vi } from "vitest";
import { beginIn } from "./dialog-focus";

let body: HTMLElement;
beforeEach(() => {
  body = document.createElement("div");
  body.tabIndex = -1;
  document.body.replaceChildren(body);
  vi.spyOn(HTMLElement.prototype, "getClientRects").mockImplementation(function (this: HTMLElement) {
    return (this.hidden ? [] : [{}]) as unknown as DOMRectList;
  });
});

function beginsAt(html: string): string | undefined {
  body.innerHTML = html;
  beginIn(body);
  const at = document.activeElement;
  return at === body ? "body" : at?.id;
}

const MAIN = '<button id="main" data-primary="true">Do it</button>';

it("begins at the first field that can be written in", () => {
  expect(beginsAt(`<input hidden id="a"><input readonly id="b"><input id="c">${MAIN}`)).toBe("c");
});

it("begins at the choice that was made", () => {
  const radio = (id: string, checked: string) => `<input type="radio" name="r" id="${id}" ${checked}>`;
  expect(beginsAt(radio("a", "") + radio("b", "checked"))).toBe("b");
});

it("begins at the main button where nothing is to be written", () => {
  expect(beginsAt(`<button id="other">Not</button>${MAIN}`)).toBe("main");
  expect(beginsAt('<button id="other">Not</button><button disabled data-primary="true">Do</button>')).toBe(
    "body",
  );
});

it("begins at what does no harm, where that is said", () => {
  expect(beginsAt(`<input id="a"><button id="no" data-harmless="true">Cancel</button>${MAIN}`)).toBe("no");
});

it("says yes to nothing that is longer than the screen", () => {
  vi.spyOn(body, "scrollHeight", "get").mockReturnValue(900);
  vi.spyOn(body, "clientHeight", "get").mockReturnValue(600);
  expect(beginsAt(MAIN)).toBe("body");
});
