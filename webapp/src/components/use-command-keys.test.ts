// A key that is held down is heard again and again.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Command } from "@/lib/commands";
import { useCommandKeys } from "./use-command-keys";

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));
afterEach(() => vi.unstubAllGlobals());

const done: string[] = [];
const command = (id: string, key: string): Command => ({
  id,
  title: id,
  group: "Edit",
  keys: [key],
  enabled: true,
  run: () => done.push(id),
});
const COMMANDS = [command("save", "mod+s"), command("run-from", "mod+alt+enter"), command("undo", "mod+z")];
const NONE: string[] = [];

function Keys() {
  useCommandKeys(COMMANDS, NONE, NONE);
  return null;
}

it("saves and runs once however long the key is held, and goes on undoing", async () => {
  const root = createRoot(document.createElement("div"));
  await act(async () => root.render(createElement(Keys)));
  const hold = (init: KeyboardEventInit) => {
    const heard = [false, true, true].map(
      (repeat) => new KeyboardEvent("keydown", { ctrlKey: true, cancelable: true, repeat, ...init }),
    );
    for (const event of heard) document.dispatchEvent(event);
    // The browser must not do something of its own instead.
    expect(heard.every((event) => event.defaultPrevented)).toBe(true);
  };
  hold({ key: "s" });
  hold({ key: "Enter", altKey: true });
  hold({ key: "z" });
  expect(done).toEqual(["save", "run-from", "undo", "undo", "undo"]);
  await act(async () => root.unmount());
});
