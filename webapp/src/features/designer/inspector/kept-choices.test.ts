// @vitest-environment node
// Who changes a choice and comes back finds what they typed; JSON that is what was chosen goes along with it.
import { beforeEach, expect, it } from "vitest";
import type { Variant } from "@/lib/schema-variants";
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
