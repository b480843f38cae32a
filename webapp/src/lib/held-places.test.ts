// Whether another page holds a place is found out by locks, and by asking where there are none.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { byAsking, byLocks, type Channel } from "./held-places";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The locks of one browser: what is let go is free a little later. */
function locksOf(): Pick<LockManager, "query" | "request"> {
  const names = new Set<string>();
  const request = async (
    name: string,
    options: LockOptions,
    then: (lock: Lock | null) => Promise<void> | undefined,
  ) => {
    if (!options.ifAvailable) throw new Error("It would wait.");
    if (names.has(name)) return then(null);
    names.add(name);
    await then({ name, mode: "exclusive" });
    await Promise.resolve();
    names.delete(name);
  };
  return {
    query: async () => ({ held: [...names].map((name) => ({ name })), pending: [] }),
    request: request as LockManager["request"],
  };
}

it("refuses what another page has a lock on, and has it again where this page itself let it go just now", async () => {
  const locks = locksOf();
  const [one, two] = [byLocks(locks), byLocks(locks)];
  const [onOne, onTwo] = [vi.fn(), vi.fn()];
  const letGo = one.hold("a", onOne);
  await vi.runAllTimersAsync();
  expect(await two.held()).toEqual(new Set(["a"]));
  two.hold("a", onTwo);
  await vi.runAllTimersAsync();
  expect([onOne, onTwo].map((each) => each.mock.calls.length)).toEqual([0, 1]);
  letGo();
  one.hold("a", onOne);
  await vi.runAllTimersAsync();
  expect(onOne).not.toHaveBeenCalled();
  expect(await two.held()).toEqual(new Set(["a"]));
});

it("asks the other pages where there are no locks; who does not answer is gone", async () => {
  const pages: Channel[] = [];
  const open = () => {
    const page: Channel = {
      postMessage: (data) => {
        for (const other of pages)
          if (other !== page) queueMicrotask(() => other.onmessage?.({ data } as MessageEvent));
      },
      onmessage: null,
    };
    pages.push(page);
    return { page, places: byAsking(page) };
  };
  const heldFor = async (places: ReturnType<typeof byAsking>) => {
    const held = places.held();
    await vi.runAllTimersAsync();
    return [...(await held)];
  };
  const [one, two] = [open(), open()];
  const [onOne, onTwo] = [vi.fn(), vi.fn()];
  one.places.hold("a", onOne);
  await vi.runAllTimersAsync();
  two.places.hold("a", onTwo);
  await vi.runAllTimersAsync();
  expect([onOne, onTwo].map((each) => each.mock.calls.length)).toEqual([0, 1]);
  expect([await heldFor(two.places), await heldFor(one.places)]).toEqual([["a"], []]);
  one.page.onmessage = null;
  expect(await heldFor(two.places)).toEqual([]);
});
