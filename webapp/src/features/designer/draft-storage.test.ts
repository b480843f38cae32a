// Unsaved edits in one browser with several pages: each keeps its own, and none is lost with the page that made it.
import { beforeEach, expect, it } from "vitest";
import { DraftKeeper } from "@/lib/draft-keeper";
import { ownKey } from "@/lib/draft-owner";
import { isNewInUse, type Kept, keep, keyOf, nameOfNew, recall } from "./draft-storage";

let shared: Storage;
let held: Set<string>;
beforeEach(() => {
  shared = storageOf(Number.POSITIVE_INFINITY);
  held = new Set();
});

/** A page that knows what is held when it is opened; `own` outlives a reload of it. */
async function openTab(own = storageOf(Number.POSITIVE_INFINITY)) {
  const holds = new Set<string>();
  const keeper = new DraftKeeper({
    shared: () => shared,
    own: () => own,
    held: async () => new Set(held),
    // As locks do it: whether it is to be had is said later.
    hold: (place, onRefused) => {
      if (held.has(place)) {
        queueMicrotask(onRefused);
        return () => undefined;
      }
      held.add(place);
      holds.add(place);
      return () => held.delete(place);
    },
  });
  await keeper.lookAround();
  /** The page is gone, however that came. */
  const die = () => {
    for (const place of holds) held.delete(place);
  };
  return { keeper, own, die };
}

const at = (minute: number) => `2026-01-01T00:${minute}:00.000Z`;
const kept = (name: string, minute = 10): Kept => {
  const draft = { document: { lathe: 1 as const, name, nodes: [] }, layout: {} };
  return { version: 1, etag: '"1"', base: draft, draft, done: [], at: at(minute) };
};
const nameIn = (keeper: DraftKeeper, id = "w") => recall(id, keeper)?.draft.document.name;

it("is each page's own: saving in one takes nothing from another that dies", async () => {
  const one = await openTab();
  expect(keep("w", kept("one"), one.keeper)).toBe(true);
  const two = await openTab();
  expect(nameIn(two.keeper)).toBeUndefined();
  keep("w", kept("two", 20), two.keeper);
  two.keeper.forget(keyOf("w"));
  // One that has nothing to keep forgets nothing, either.
  (await openTab()).keeper.forget(keyOf("w"));
  one.die();
  expect(nameIn((await openTab(one.own)).keeper)).toBe("one");
});

it("comes back to the page that made it, and otherwise to the next one that opens the workflow", async () => {
  const one = await openTab();
  keep("w", kept("one"), one.keeper);
  const two = await openTab();
  keep("w", kept("two", 20), two.keeper);
  one.die();
  two.die();
  const again = await openTab(one.own);
  expect(nameIn(again.keeper)).toBe("one");
  const next = await openTab();
  expect(nameIn(next.keeper)).toBe("two");
  expect(nameIn((await openTab()).keeper)).toBeUndefined();
  // What was taken up is saved or dropped there, for good.
  next.keeper.forget(keyOf("w"));
  again.keeper.forget(keyOf("w"));
  expect(shared.length).toBe(0);
});

it("is left behind by who goes elsewhere, and is not written to once another page took it up", async () => {
  const one = await openTab();
  keep("w", kept("one"), one.keeper);
  one.keeper.release(keyOf("w"));
  const two = await openTab();
  expect(nameIn(two.keeper)).toBe("one");
  await one.keeper.lookAround();
  expect(nameIn(one.keeper)).toBeUndefined();
  keep("w", kept("anew", 30), one.keeper);
  two.die();
  expect(nameIn((await openTab(two.own)).keeper)).toBe("one");
});

it("belongs to one of two pages that take it up at once; the other goes on at a place of its own", async () => {
  const before = await openTab();
  keep("w", kept("left"), before.keeper);
  before.die();
  const [one, two] = await Promise.all([openTab(), openTab()]);
  expect([nameIn(one.keeper), nameIn(two.keeper)]).toEqual(["left", "left"]);
  await Promise.resolve();
  keep("w", kept("two", 20), two.keeper);
  keep("w", kept("one", 30), one.keeper);
  expect(shared.length).toBe(2);
  two.keeper.forget(keyOf("w"));
  one.die();
  expect(nameIn((await openTab(one.own)).keeper)).toBe("one");
});

it("stays with who took it up while the page that made it was away, as one in the browser's history is", async () => {
  const one = await openTab();
  keep("w", kept("one"), one.keeper);
  one.keeper.release(keyOf("w"));
  const two = await openTab();
  expect(nameIn(two.keeper)).toBe("one");
  one.keeper.claim(keyOf("w"));
  await Promise.resolve();
  keep("w", kept("anew", 30), one.keeper);
  two.die();
  expect(nameIn((await openTab(two.own)).keeper)).toBe("one");
  one.die();
  expect(nameIn((await openTab(one.own)).keeper)).toBe("anew");
});

it("of an earlier Lathe is there again, and goes once it is saved", async () => {
  shared.setItem(ownKey(keyOf("w")), JSON.stringify(kept("before")));
  const { keeper } = await openTab();
  expect(nameIn(keeper)).toBe("before");
  keeper.forget(keyOf("w"));
  expect(shared.length).toBe(0);
});

it("has a name for each workflow that was never saved, which goes to who takes it up", async () => {
  const one = await openTab();
  const name = nameOfNew(one.keeper);
  keep(undefined, kept("one"), one.keeper);
  const two = await openTab();
  expect(recall(undefined, two.keeper)).toBeUndefined();
  expect(nameOfNew(two.keeper)).not.toBe(name);
  one.die();
  const next = await openTab();
  expect(recall(undefined, next.keeper)?.draft.document.name).toBe("one");
  expect(nameOfNew(next.keeper)).toBe(name);
});

it("keeps the name of a workflow that was never saved once nothing of it is left to keep, also after a reload", async () => {
  const one = await openTab();
  const name = nameOfNew(one.keeper);
  keep(undefined, kept("one"), one.keeper);
  one.keeper.forget(keyOf(undefined));
  expect([nameOfNew(one.keeper), isNewInUse(name, one.keeper)]).toEqual([name, true]);
  // A copy of the tab knows the same name, which is not its own.
  const copy = await openTab(one.own);
  expect(nameOfNew(copy.keeper)).not.toBe(name);
  expect(isNewInUse(name, copy.keeper)).toBe(true);
  one.die();
  expect(isNewInUse(name, (await openTab()).keeper)).toBe(false);
});

it("is kept without its way back where room is short; what nobody came back to gives way, and no other", async () => {
  shared = storageOf(2_500);
  const { keeper } = await openTab();
  const done = [{ title: "x".repeat(3_000), operations: [], inverse: [] }];
  expect(keep("a", kept("a"), keeper)).toBe(true);
  expect(keep("b", { ...kept("b"), done }, keeper)).toBe(true);
  expect(recall("b", keeper)).toEqual(kept("b"));
  const large = { ...kept("c"), etag: "x".repeat(2_000) };
  expect(keep("c", large, keeper)).toBe(false);
  expect(nameIn(keeper, "a")).toBe("a");
  // The others are of long ago, and of a page that is gone.
  expect(keep("c", large, (await openTab()).keeper)).toBe(false);
  held.clear();
  const later = await openTab();
  expect(keep("c", large, later.keeper)).toBe(true);
  expect(recall("a", later.keeper)).toBeUndefined();
});

function storageOf(most: number): Storage {
  const items = new Map<string, string>();
  const size = () => [...items].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      const before = items.get(key);
      items.set(key, value);
      if (size() <= most) return;
      if (before === undefined) items.delete(key);
      else items.set(key, before);
      throw new Error("full");
    },
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}
