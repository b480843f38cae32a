// A list as a chain of pages: of any length, with empty pages in it, and with pages that change while it is read.
import { expect, it, vi } from "vitest";
import { runBulk } from "./bulk";
import { type Chain, goesOn, learn, locate, pagesBetween, rowsIn, START, startsOf, walk } from "./chain";
import { between, extend, NONE, placeOf, toggle } from "./selection";

it("goes on by itself over pages that are empty", () => {
  let chain = learn(START, null, 2, "a");
  chain = learn(chain, "a", 0, "b");
  chain = learn(chain, "b", 0, "c");
  // The page that waits is in sight as soon as the end of the rows is.
  expect(pagesBetween(chain, startsOf(chain), 0, 5)).toEqual([0, 1, 2, 3]);
  chain = learn(chain, "c", 3, null);
  expect([rowsIn(chain), goesOn(chain)]).toEqual([5, false]);
  expect(locate(startsOf(chain), 2)).toEqual({ page: 3, row: 0 });
});

it("finds a row among a million without looking at each", () => {
  const chain: Chain = Array.from({ length: 10_000 }, (_, index) => ({
    cursor: index === 0 ? null : `c${index}`,
    count: 100,
    next: index === 9_999 ? null : `c${index + 1}`,
  }));
  const starts = startsOf(chain);
  expect(locate(starts, 987_654)).toEqual({ page: 9_876, row: 54 });
  expect(pagesBetween(chain, starts, 987_650, 987_710)).toEqual([9_876, 9_877]);
});

it("forgets what followed a page that leads elsewhere now, and nothing when nothing changed", () => {
  let chain = learn(START, null, 100, "a");
  chain = learn(chain, "a", 100, "b");
  expect(learn(chain, null, 100, "a")).toBe(chain);
  expect(learn(chain, null, 99, "a").map(({ cursor }) => cursor)).toEqual([null, "a", "b"]);
  expect(learn(chain, null, 100, "x").map(({ cursor }) => cursor)).toEqual([null, "x"]);
  expect(learn(chain, "gone", 1, null)).toBe(chain);
});

it("selects single rows and ranges, without those that are not there", () => {
  const idAt = (index: number) => (index === 3 ? undefined : `r${index}`);
  const range = extend(toggle(NONE, "r1", 1), 4, idAt);
  expect([...range.ids]).toEqual(["r1", "r2", "r4"]);
  expect([...toggle(range, "r2", 2).ids]).toEqual(["r1", "r4"]);
});

it("reads on from page to page until there are enough rows, also where one leads elsewhere now", async () => {
  const pages: Record<string, { ids: string[]; next: string | null }> = {
    start: { ids: ["r0", "r1"], next: "a" },
    a: { ids: [], next: "between" },
    between: { ids: ["r2", "r3"], next: "b" },
    b: { ids: ["r4"], next: null },
  };
  const read = vi.fn(async (cursor: string | null) => {
    const { ids = [], next = null } = pages[cursor ?? "start"] ?? {};
    return { items: ids.map((id) => ({ id })), next_cursor: next };
  });
  expect(await walk(null, read, () => false)).toEqual(["r0", "r1", "r2", "r3", "r4"]);
  read.mockClear();
  expect(await walk("a", read, (ids) => ids.length >= 2)).toEqual(["r2", "r3"]);
  expect(read.mock.calls).toEqual([["a"], ["between"]]);
});

it("takes a range out of what was read again, in either order, and waits for both of its ends", () => {
  const spot = (index: number, id?: string) => ({ index, id });
  const ids = ["a", "b", "c", "d"];
  expect(between(ids, 100, spot(103, "d"), spot(101, "b"))).toEqual({ ids: ["b", "c", "d"], isWhole: true });
  // What was never seen is known by its place.
  expect(between(ids, 100, spot(101, "b"), spot(102))).toEqual({ ids: ["b", "c"], isWhole: true });
  expect(between(ids, 100, spot(101, "b"), spot(104))).toEqual({ ids: [], isWhole: false });
  expect(between(ids, 100, spot(101, "gone"), spot(102, "c"))).toEqual({ ids: ["c"], isWhole: false });
});

it("follows a row that others have moved, and takes no other one for it", () => {
  const of = (rows: string[]) => (index: number) => rows[index];
  expect(placeOf({ index: 1, id: "b" }, of(["a", "b", "c"]))).toBe(1);
  expect(placeOf({ index: 1, id: "b" }, of(["x", "y", "a", "b", "c"]))).toBe(3);
  expect(placeOf({ index: 1, id: "b" }, of(["b", "c"]))).toBe(0);
  expect(placeOf({ index: 1, id: "b" }, of(["a", "c"]))).toBe(-1);
  expect(placeOf({ index: 7, id: "b" }, of(["a", "b"]))).toBe(7);
  const range = extend(toggle(NONE, "b", 1), 4, of(["x", "a", "b", "c", "d"]));
  expect([...range.ids]).toEqual(["b", "c", "d"]);
});

it("does the same to many, a few at a time, and keeps what was refused", async () => {
  let [busy, most] = [0, 0];
  const work = async (id: string) => {
    busy += 1;
    most = Math.max(most, busy);
    await Promise.resolve();
    busy -= 1;
    if (id === "r3") throw Object.assign(new Error("it is still in use"), { status: 409 });
  };
  const onProgress = vi.fn();
  const ids = Array.from({ length: 9 }, (_, index) => `r${index}`);
  const done = await runBulk(ids, work, { onProgress });
  expect(done).toEqual({
    total: 9,
    done: 9,
    failed: [{ id: "r3", message: "it is still in use" }],
    isOver: true,
  });
  expect(most).toBe(4);
  expect(onProgress).toHaveBeenCalledTimes(10);
});

it("begins nothing new after a stop", async () => {
  const stop = new AbortController();
  const begun: string[] = [];
  const work = async (id: string) => {
    begun.push(id);
    stop.abort();
  };
  await runBulk(["a", "b", "c", "d", "e", "f"], work, { signal: stop.signal, onProgress: () => {} });
  expect(begun.length).toBeLessThan(6);
});
