// Enter takes what fits to what was typed, and waits for that where it is still on its way.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Answer, RecordsClient } from "./client";
import { type LinkProps, RecordsProvider } from "./host";
import { readManifest } from "./manifest";
import { RelationPicker } from "./relation-picker";

const manifest = readManifest({
  models: [{ name: "people", display: "name", fields: [{ name: "name", type: "text" }] }],
});
const [target] = manifest.models;
if (!target) throw new Error("the manifest has a model");

let root: Root;
let page: HTMLElement;
const chosen = vi.fn();
/** What is asked for, by the words; each is answered by the test. */
const asked = new Map<string, (names: string[]) => void>();

function Link({ to, ...rest }: LinkProps) {
  return createElement("a", { href: to, ...rest });
}

beforeEach(async () => {
  chosen.mockReset();
  asked.clear();
  const client = new RecordsClient((_method, path) => {
    const words = new URLSearchParams(path.split("?")[1]).get("q") ?? "";
    return new Promise<Answer>((resolve) => {
      asked.set(words, (names) =>
        resolve({ data: { items: names.map((name) => ({ id: name, name })) }, etag: null }),
      );
    });
  });
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
  const host = { manifest, client, path: () => "/", go: () => undefined, Link };
  const picker = createElement(RelationPicker, {
    id: "p",
    target,
    many: false,
    chosen: [],
    onChange: chosen,
  });
  const provided = { host, children: picker };
  root.render(
    createElement(
      QueryClientProvider,
      { client: new QueryClient() },
      createElement(RecordsProvider, provided),
    ),
  );
  await vi.waitFor(() => expect(page.querySelector("input")).not.toBeNull());
  field().click();
  await answer("", ["Ada", "Grace"]);
  await vi.waitFor(() => expect(offered()).toEqual(["Ada", "Grace"]));
});
afterEach(async () => {
  root.unmount();
  page.remove();
});

function field(): HTMLInputElement {
  const found = page.querySelector("input");
  if (!found) throw new Error("the picker has a field");
  return found;
}

const offered = () => [...page.querySelectorAll('[role="option"]')].map((each) => each.textContent);

/** What React has made of an event is there with the next turn. */
async function type(text: string): Promise<void> {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field(), text);
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await Promise.resolve();
}

async function enter(): Promise<void> {
  field().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  await Promise.resolve();
}

async function answer(words: string, names: string[]): Promise<void> {
  const settle = await vi.waitFor(() => {
    const found = asked.get(words);
    if (!found) throw new Error(`"${words}" was not asked for`);
    return found;
  });
  settle(names);
}

it("takes what is shown where that is what was typed", async () => {
  await enter();
  expect(chosen).toHaveBeenCalledWith(["Ada"]);
});

it("takes nothing of the search before, but what fits as soon as that is there", async () => {
  await type("gr");
  await enter();
  expect(chosen).not.toHaveBeenCalled();
  await answer("gr", ["Grace"]);
  await vi.waitFor(() => expect(chosen).toHaveBeenCalledWith(["Grace"]));
  expect(chosen).toHaveBeenCalledTimes(1);
});

it("takes nothing where somebody has typed on after Enter, or has given it up", async () => {
  await type("gr");
  await enter();
  await type("gra");
  await answer("gra", ["Grace"]);
  await vi.waitFor(() => expect(offered()).toEqual(["Grace"]));
  expect(chosen).not.toHaveBeenCalled();
});

it("takes nothing where nothing fits", async () => {
  await type("zz");
  await enter();
  await answer("zz", []);
  await vi.waitFor(() => expect(offered()).toEqual([]));
  expect(chosen).not.toHaveBeenCalled();
  await enter();
  expect(chosen).not.toHaveBeenCalled();
});
