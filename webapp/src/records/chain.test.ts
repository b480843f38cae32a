// A list as a chain of pages: of any length, with empty pages in it, and with pages that change while it is read.
import { expect, it, vi } from "vitest";
import { removeIfThere, runBulk } from "./bulk";
import { type Chain, goesOn, idsIn, learn, locate, pagesBetween, rowsIn, START, startsOf } from "./chain";
import { everything, extend, NONE, placeOf, toggle } from "./selection";

const PAGE = Array.from({ length: 100 }, (_, index) => `r${index}`);

it("goes on by itself over pages that are empty", () => {
  let chain = learn(START, null, ["r0", "r1"], "a");
  chain = learn(chain, "a", [], "b");
  chain = learn(chain, "b", [], "c");
  // The page that waits is in sight as soon as the end of the rows is.
  expect(pagesBetween(chain, startsOf(chain), 0, 5)).toEqual([0, 1, 2, 3]);
  chain = learn(chain, "c", ["r2", "r3", "r4"], null);
  expect([rowsIn(chain), goesOn(chain)]).toEqual([5, false]);
  expect(locate(startsOf(chain), 2)).toEqual({ page: 3, row: 0 });
});

it("finds a row among a million without looking at each", () => {
  const chain: Chain = Array.from({ length: 10_000 }, (_, index) => ({
    cursor: index === 0 ? null : `c${index}`,
    ids: PAGE,
    next: index === 9_999 ? null : `c${index + 1}`,
  }));
  const starts = startsOf(chain);
  expect(locate(starts, 987_654)).toEqual({ page: 9_876, row: 54 });
  expect(pagesBetween(chain, starts, 987_650, 987_710)).toEqual([9_876, 9_877]);
});

it("forgets what followed a page that leads elsewhere now, and nothing when nothing changed", () => {
  let chain = learn(START, null, PAGE, "a");
  chain = learn(chain, "a", PAGE, "b");
  expect(learn(chain, null, [...PAGE], "a")).toBe(chain);
  expect(learn(chain, null, PAGE.slice(1), "a").map(({ cursor }) => cursor)).toEqual([null, "a", "b"]);
  expect(learn(chain, null, PAGE, "x").map(({ cursor }) => cursor)).toEqual([null, "x"]);
  expect(learn(chain, "gone", ["r0"], null)).toBe(chain);
});

it("knows which rows it had, also where others have come in their places since", () => {
  let chain = learn(START, null, ["r0", "r1"], "a");
  chain = learn(chain, "a", ["r2"], "b");
  expect(idsIn(chain)).toEqual(["r0", "r1", "r2"]);
  chain = learn(chain, null, ["new", "r1"], "a");
  expect(idsIn(chain)).toEqual(["new", "r1", "r2"]);
});

it("selects single rows and ranges, in either order", () => {
  const rows = ["r0", "r1", "r2", "r3"];
  const range = extend(toggle(NONE, "r1"), 3, rows);
  expect(range && [[...range.ids], range.anchor]).toEqual([["r1", "r2", "r3"], "r1"]);
  expect([...toggle(range ?? NONE, "r2").ids]).toEqual(["r1", "r3"]);
  expect([...(extend(toggle(NONE, "r2"), 0, rows)?.ids ?? [])].sort()).toEqual(["r0", "r1", "r2"]);
  // Where no row was touched before, the range begins with the one that it goes to.
  expect(extend(NONE, 2, rows)).toEqual({ ids: new Set(["r2"]), anchor: "r2" });
});

it("begins a range at its row, where that is now, and selects nothing where it is gone", () => {
  const chosen = toggle(NONE, "b");
  expect([...(extend(chosen, 4, ["x", "a", "b", "c", "d"])?.ids ?? [])]).toEqual(["b", "c", "d"]);
  expect(extend(chosen, 2, ["a", "c", "d"])).toBeUndefined();
});

it("selects everything, and nothing where everything is selected", () => {
  const all = everything(toggle(NONE, "r1"), ["r0", "r1"]);
  expect([...all.ids]).toEqual(["r0", "r1"]);
  expect(everything(all, ["r0", "r1"])).toBe(NONE);
  // As many others are not everything.
  expect([...everything(all, ["r1", "r2"]).ids]).toEqual(["r1", "r2"]);
});

it("follows a row that others have moved, and takes no other one for it", () => {
  const of = (rows: string[]) => (index: number) => rows[index];
  expect(placeOf({ index: 1, id: "b" }, of(["a", "b", "c"]))).toBe(1);
  expect(placeOf({ index: 1, id: "b" }, of(["x", "y", "a", "b", "c"]))).toBe(3);
  expect(placeOf({ index: 1, id: "b" }, of(["b", "c"]))).toBe(0);
  expect(placeOf({ index: 1, id: "b" }, of(["a", "c"]))).toBe(-1);
  expect(placeOf({ index: 7, id: "b" }, of(["a", "b"]))).toBe(7);
});

it("does the same to many, a few at a time, and keeps what was refused", async () => {
  let [busy, most] = [0, 0];
  // No place is shown, so the message has to name it.
  const details = [{ path: "/title", message: "`title` is missing" }];
  const work = async (id: string) => {
    busy += 1;
    most = Math.max(most, busy);
    await Promise.resolve();
    busy -= 1;
    if (id === "r3") throw Object.assign(new Error("it is still in use"), { status: 409, details });
  };
  const onProgress = vi.fn();
  const ids = Array.from({ length: 9 }, (_, index) => `r${index}`);
  const done = await runBulk(ids, work, { onProgress });
  expect(done).toEqual({
    total: 9,
    done: 9,
    failed: [{ id: "r3", message: "it is still in use: `title` is missing" }],
    isOver: true,
  });
  expect(most).toBe(4);
  expect(onProgress).toHaveBeenCalledTimes(10);
});

it("takes what somebody else has deleted for deleted, and no other refusal", async () => {
  const refuse = (status: number) => async () => {
    throw Object.assign(new Error("no"), { status });
  };
  await removeIfThere(refuse(404));
  await removeIfThere(refuse(410));
  await expect(removeIfThere(refuse(409))).rejects.toThrow("no");
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
