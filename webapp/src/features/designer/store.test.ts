// What is pinned beside a draft: it is undone like any edit, is none of what is saved, and stays with its node.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { NodeKind, Workflow } from "@/api/types";
import { drafts } from "@/lib/draft-keeper";
import { ownKey } from "@/lib/draft-owner";
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

function rename(store: DesignerStore, id: string, to: string): void {
  expect(store.perform("Rename", [{ op: "rename_node", id, to }])).toBe(true);
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

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

it("takes back what is pinned, changed and unpinned, step by step, and does it again", () => {
  const store = storeOf({});
  const sent = store.draft;
  store.pin("a", pin);
  for (const text of ["2", "23", "[2", "[23]"]) store.typePin("a", text);
  store.unpin("a");
  expect(store.steps.map(({ title }) => title)).toEqual([
    "Pin data to a",
    "Change what is pinned to a",
    "Unpin a",
  ]);
  const states = [{ a: { output: [23] } }, { a: pin }, {}];
  for (const round of [1, 2]) {
    for (const state of states) {
      store.undo();
      expect(store.pins, `round ${round}`).toEqual(state);
    }
    for (const state of [...states.slice(0, 2).reverse(), {}]) {
      store.redo();
      expect(store.pins, `round ${round}`).toEqual(state);
    }
  }
  expect([store.refusal, store.isDirty, store.draft]).toEqual([null, false, sent]);
});

it("brings what was half written back with its pin, and leaves it when something else is done", () => {
  const store = storeOf({ a: pin });
  store.typePin("a", "[1, ");
  store.unpin("a");
  store.undo();
  expect([store.pins.a, store.pinTexts.get("a"), store.unpinned.size]).toEqual([pin, "[1, ", 0]);
  store.typePin("a", "3");
  store.typePin("a", "3,");
  store.undo();
  expect([store.pins.a, store.pinTexts.has("a")]).toEqual([pin, false]);
});

it("leaves what somebody else has pinned since, and goes on to the step before", () => {
  const store = storeOf({});
  store.perform("Add", add("b"));
  store.pin("a", pin);
  store.pinning.set("a", { output: "theirs" });
  store.undo();
  expect([store.pins.a, store.steps.length]).toEqual([{ output: "theirs" }, 1]);
  expect(store.refusal).toContain("by now");
  store.undo();
  expect([store.isDirty, store.refusal]).toEqual([false, null]);
});

it("says that nothing is pinned any more where somebody else has unpinned it, and leaves that", () => {
  const store = storeOf({ a: pin });
  store.pin("a", { output: 2 });
  store.pinning.set("a", undefined);
  store.undo();
  expect([store.pins, store.refusal]).toEqual([{}, "Nothing is pinned to a any more: it stays so."]);
});

it.each([
  ["saved", (store: DesignerStore) => store.saved(opened(2), store.draft)],
  ["not saved", () => undefined],
])(
  "leaves what somebody else has pinned under the name that a node has again, %s in between",
  (_, between) => {
    const store = storeOf({ a: pin });
    rename(store, "a", "b");
    between(store);
    store.pinning.set("a", { output: "theirs" });
    store.undo();
    expect([store.pins.a, store.pins.b]).toEqual([{ output: "theirs" }, pin]);
    expect(store.refusal).toContain("by now");
  },
);

it("leaves what somebody else has pinned or unpinned when a rename is done again", () => {
  const store = storeOf({ a: pin });
  rename(store, "a", "b");
  store.undo();
  store.pinning.set("b", { output: "theirs" });
  store.redo();
  expect([store.pins.b, store.refusal]).toEqual([
    { output: "theirs" },
    "Something else is pinned to b by now: it stays.",
  ]);
  store.pinning.set("a", undefined);
  store.undo();
  expect([store.pins.a, store.refusal]).toEqual([undefined, "Nothing is pinned to a any more: it stays so."]);
});

it("takes no pin of a page's own for somebody else's when a name is given again", () => {
  const store = storeOf({ a: pin });
  rename(store, "a", "b");
  store.perform("Add", add("a"));
  store.pin("a", { output: 2 });
  store.perform("Remove", [{ op: "remove_node", id: "a" }]);
  rename(store, "b", "a");
  expect([store.pins.a, store.refusal]).toEqual([pin, null]);
});

it("leaves what is pinned otherwise under a name that a node had in an earlier visit", () => {
  const before = storeOf({ a: pin });
  rename(before, "a", "b");
  before.flush();
  const store = storeOf({ a: { output: "theirs" }, b: pin });
  store.undo();
  expect([store.pins, store.refusal]).toEqual([
    { a: { output: "theirs" }, b: pin },
    "Something else is pinned to a by now: it stays.",
  ]);
});

it("gives a node its pin back with the name that it had, also after it was saved under another", () => {
  const store = storeOf({ a: pin });
  rename(store, "a", "b");
  store.saved(opened(2), store.draft);
  expect(store.pins).toEqual({ b: pin });
  store.undo();
  expect(store.pins.a).toEqual(pin);
  store.redo();
  expect(store.pins.b).toEqual(pin);
});

const faulty = { text: "nodes: [", fault: "Line 1", canvas: "nodes: []" };
const add = (id: string) => [{ op: "add_node" as const, node: { id, kind: "http.request" }, places: {} }];
const stores = () => [...Array(localStorage.length).keys()].map((at) => localStorage.key(at) ?? "");

it("keeps the pins of a workflow that was never saved by one name, whatever is undone", () => {
  const store = storeOf({}, true);
  expect(store.perform("Add", add("a"))).toBe(true);
  store.pin("a", pin);
  for (let step = 0; step < 2; step++) store.undo();
  expect([store.pins, store.draft.document.nodes]).toEqual([{}, []]);
  store.flush();
  for (let step = 0; step < 2; step++) store.redo();
  store.flush();
  expect(storeOf({}, true).pins).toEqual({ a: pin });
  store.discard();
  store.flush();
  expect(stores()).toEqual([]);
});

it("leaves nothing in this browser of what was pinned to workflows that nobody comes back to", () => {
  const name = (id: string) => ownKey(`lathe.unsent-pins.${id}`);
  for (const id of ["new#gone", "newest", "w"]) localStorage.setItem(name(id), '{"a":{"output":1}}');
  localStorage.setItem(ownKey("lathe.unsent-pins.new#theirs").replace("nobody", "them"), "{}");
  storeOf({}, true);
  expect(stores()).not.toContain(name("new#gone"));
  expect(stores()).toHaveLength(3);
});

it("takes text with a fault along to the id of what is saved, and leaves none of it to the next new one", () => {
  const store = storeOf({}, true);
  store.setFaultyText(faulty);
  store.saved(opened(1), store.draft);
  const next = storeOf({}, true);
  next.recallText();
  expect(next.faultyText).toBeNull();
  const again = storeOf({});
  again.recallText();
  expect(again.faultyText).toEqual(faulty);
  again.discard();
  const last = storeOf({});
  last.recallText();
  expect([again.faultyText, last.faultyText]).toEqual([null, null]);
});

it("reads what is being typed before it is saved or left", () => {
  const store = storeOf({});
  const letGo = store.whileTyping(() => store.setFaultyText(faulty));
  expect(store.refusesToSave()).toBe(true);
  store.setFaultyText(null);
  store.flush();
  expect(store.faultyText).toEqual(faulty);
  store.setFaultyText(null);
  letGo();
  expect(store.refusesToSave()).toBe(false);
});

it("holds what it keeps only as long as the page edits it", () => {
  const hold = vi.spyOn(drafts, "claim");
  const release = vi.spyOn(drafts, "release");
  const store = storeOf({}, true);
  const leave = store.claim();
  store.saved(opened(1), store.draft);
  store.flush();
  expect(hold.mock.lastCall).toEqual(["lathe.draft.w"]);
  expect(release.mock.calls).toEqual([["lathe.draft.new"]]);
  leave();
  // A save that took its time.
  store.perform("Add", add("b"));
  store.flush();
  expect(release.mock.calls.slice(1)).toEqual([["lathe.draft.w"], ["lathe.draft.w"]]);
});
