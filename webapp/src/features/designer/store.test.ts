// What stays pinned when a workflow is saved: nothing of a node that nobody could see.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { NodeKind, Workflow } from "@/api/types";
import type { PinServer } from "./pins/pin-keeper";
import type { Pins } from "./pins/pins";
import { DesignerStore } from "./store";

const pin = { output: 1 };
const kind = { title: "HTTP request", ports: ["out"], scripts: [] as string[] } as NodeKind;
const catalogue = { kinds: new Map([["http.request", kind]]), ports: new Map() };

function opened(version: number) {
  const document = { lathe: 1, name: "flow", nodes: [{ id: "a", kind: "http.request" }] };
  return { workflow: { id: "w", version, document } as unknown as Workflow, etag: `"${version}"` };
}

function storeOf(pins: Pins, isNew = false): DesignerStore {
  const kept = { pins, etag: undefined };
  const server: PinServer = {
    read: async () => kept,
    write: async (_, written) => ({ pins: written, etag: undefined }),
  };
  return new DesignerStore(catalogue, isNew ? undefined : opened(1), {
    server,
    kept: isNew ? undefined : kept,
  });
}

/** As the field for the id does it. */
function rename(store: DesignerStore, id: string, to: string): void {
  expect(store.perform("Rename", [{ op: "rename_node", id, to }])).toBe(true);
  store.movePin(id, to);
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("keeps a pin under the last name of its node", () => {
  const store = storeOf({ a: pin, theirs: pin });
  rename(store, "a", "b");
  rename(store, "b", "c");
  store.saved(opened(2), store.draft);
  expect(store.pins).toEqual({ c: pin, theirs: pin });
});

it("keeps a pin under the name that a node has again", () => {
  const store = storeOf({ a: pin });
  rename(store, "a", "b");
  store.undo();
  store.saved(opened(2), store.draft);
  expect(store.pins).toEqual({ a: pin });
});

it("begins a new workflow without what was pinned to one that was thrown away", () => {
  storeOf({}, true).pin("a", pin);
  expect(storeOf({}, true).pins).toEqual({});
});

it("keeps what is half written as pinned data, under the name that its node has now", () => {
  const store = storeOf({ a: pin });
  store.typePin("a", '{"n": ');
  expect([store.pins.a, store.pinTexts.get("a")]).toEqual([pin, '{"n": ']);
  rename(store, "a", "b");
  expect(store.pinTexts.get("b")).toBe('{"n": ');
  store.typePin("b", '{"n": 2}');
  expect([store.pins.b, store.pinTexts.has("b")]).toEqual([{ output: { n: 2 } }, false]);
});

it("pins again what was unpinned, as it was being written, until something else is pinned", () => {
  const store = storeOf({ a: pin });
  store.typePin("a", "[1, ");
  store.unpin("a");
  expect([store.pins, store.pinTexts.size]).toEqual([{}, 0]);
  store.pinAgain("a");
  expect([store.pins.a, store.pinTexts.get("a"), store.unpinned.size]).toEqual([pin, "[1, ", 0]);
  store.unpin("a");
  store.pin("a", { output: 2 });
  store.pinAgain("a");
  expect(store.pins.a).toEqual({ output: 2 });
});
