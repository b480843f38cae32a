// @vitest-environment node
// Who changes a choice and comes back finds what they typed, and never in another item of a list; JSON that is what was
// chosen goes along with it.
import { beforeEach, expect, it } from "vitest";
import type { Variant } from "@/lib/schema-variants";
import type { Path } from "../operations/operation";
import { AS_JSON, KeptChoices, NOTHING } from "./kept-choices";

const variant = (name: string): Variant => ({
  name,
  by: "tag",
  help: undefined,
  start: { type: name },
  within: undefined,
  shape: undefined,
  matches: () => false,
});
const basic = variant("basic");
const bearer = variant("bearer");
const PATH = ["with", "auth"];

let kept: KeptChoices;
beforeEach(() => {
  kept = new KeptChoices();
});

it("begins a choice as it begins, and comes back to what was typed in it", () => {
  const typed = { type: "basic", user: "ada" };
  const to = (path: typeof PATH) =>
    kept.change(path, { from: basic, to: bearer, value: typed, found: basic });
  expect(to(PATH)).toEqual({ value: { type: "bearer" } });
  const back = { from: bearer, to: basic, value: { type: "bearer", token: "x" }, found: bearer };
  expect(kept.change(["with", "other"], back)).toEqual({ value: { type: "basic" } });
  expect(kept.change(PATH, back)).toEqual({ value: typed });
  expect(to(PATH)).toEqual({ value: { type: "bearer", token: "x" } });
});

it("keeps what was typed when nothing is chosen meanwhile", () => {
  const typed = { type: "basic", user: "ada" };
  expect(kept.change(PATH, { from: basic, to: NOTHING, value: typed, found: basic })).toEqual({
    value: undefined,
  });
  const back = { from: NOTHING, to: basic, value: undefined, found: undefined } as const;
  expect(kept.change(PATH, back)).toEqual({ value: typed });
});

it("keeps JSON that is none of the choices", () => {
  const json = { type: "digest" };
  expect(kept.change(PATH, { from: AS_JSON, to: basic, value: json, found: undefined })).toEqual({
    value: { type: "basic" },
  });
  const back = { from: basic, to: AS_JSON, value: { type: "basic" }, found: basic } as const;
  expect(kept.change(PATH, back)).toEqual({ value: json });
});

it("takes JSON along that is what was chosen, there and back", () => {
  kept.change(PATH, { from: AS_JSON, to: bearer, value: { type: "old" }, found: undefined });
  const json = { type: "basic", user: "ada" };
  const there = { from: AS_JSON, to: basic, value: json, found: basic } as const;
  expect(kept.change(PATH, there)).toBeUndefined();
  // As it was typed on in its fields, and not as the JSON was.
  const typed = { type: "basic", user: "bob" };
  expect(kept.change(PATH, { from: basic, to: AS_JSON, value: typed, found: basic })).toBeUndefined();
});

it("goes along with the items of a list when one is removed", () => {
  const item = (index: number) => ["with", "all", index];
  for (const index of [0, 1, 2])
    kept.change(item(index), { from: basic, to: bearer, value: { at: index }, found: basic });
  kept.removeItem(["with", "all"], 1);
  const back = { from: bearer, to: basic, value: { type: "bearer" }, found: bearer };
  expect(kept.change(item(0), back)).toEqual({ value: { at: 0 } });
  expect(kept.change(item(1), back)).toEqual({ value: { at: 2 } });
  expect(kept.change(item(2), back)).toEqual({ value: { type: "basic" } });
});

const LIST = ["with", "all"];
const item = (index: number) => [...LIST, index];
const back = { from: bearer, to: basic, value: { type: "bearer" }, found: bearer };
const asItBegins = { value: { type: "basic" } };

/** A form of what is edited, in which each item of a list was something else before. */
function formOf(users: string[]) {
  let root: unknown = { with: { all: users.map((user) => ({ user })) } };
  kept = new KeptChoices(root);
  for (const [index, user] of users.entries())
    kept.change(item(index), { from: basic, to: bearer, value: { secret: user }, found: basic });
  return {
    edit: (path: Path, next: unknown) =>
      kept.edit(
        path,
        () => root,
        () => {
          root = next;
        },
      ),
    undoTo: (next: unknown) => {
      root = next;
      kept.see(root);
    },
  };
}
const listOf = (...users: string[]) => ({ with: { all: users.map((user) => ({ user })) } });

it("gives nothing to the item that an undo brings back, nor to those beside it", () => {
  const form = formOf(["ada", "bob", "eve"]);
  form.edit(item(0), listOf("bob", "eve"));
  kept.removeItem(LIST, 0);
  expect(kept.change(item(0), back)).toEqual({ value: { secret: "bob" } });
  form.undoTo(listOf("ada", "bob", "eve"));
  for (const index of [0, 1, 2]) expect(kept.change(item(index), back)).toEqual(asItBegins);
});

it("gives nothing to items that others have moved, also where there are as many as before", () => {
  const form = formOf(["ada", "bob"]);
  form.undoTo(listOf("bob", "ada"));
  for (const index of [0, 1]) expect(kept.change(item(index), back)).toEqual(asItBegins);
});

it("keeps what was typed in items when something else of the node is changed by others", () => {
  const form = formOf(["ada"]);
  form.undoTo({ ...listOf("ada"), label: "Another" });
  expect(kept.change(item(0), back)).toEqual({ value: { secret: "ada" } });
});

it("keeps what was typed in items when the form changes one of them, and not when it changes the whole list", () => {
  const form = formOf(["ada", "bob"]);
  form.edit([...item(0), "user"], listOf("ann", "bob"));
  expect(kept.change(item(1), back)).toEqual({ value: { secret: "bob" } });
  form.edit(LIST, listOf("bob", "ann"));
  expect(kept.change(item(0), back)).toEqual(asItBegins);
});

it("sees what others changed before it changes something itself", () => {
  formOf(["ada", "bob"]);
  // Not drawn yet.
  kept.edit(
    ["label"],
    () => listOf("bob", "ada"),
    () => undefined,
  );
  expect(kept.change(item(0), back)).toEqual(asItBegins);
});

it("gives nothing to another named value of the same name", () => {
  kept.change(["with", "by", "a"], { from: basic, to: bearer, value: { secret: 1 }, found: basic });
  kept.forget(["with", "by", "a"]);
  expect(kept.change(["with", "by", "a"], back)).toEqual(asItBegins);
});
