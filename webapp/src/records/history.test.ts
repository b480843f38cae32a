// What a history says of an entry: the values that changed of one thing, and nothing of two that are not the same.
import { expect, it } from "vitest";
import { readHappening } from "./history";

const entry = { action: "update_thing", actor: { email: "ada@example.org" }, at: "2026-11-30T10:00:00Z" };

it("says which values became which", () => {
  const before = { id: "1", name: "one", updated_at: "then" };
  const after = { id: "1", name: "other", updated_at: "now" };
  expect(readHappening({ ...entry, before, after })).toMatchObject({
    who: "ada@example.org",
    what: "update thing",
    isRefused: false,
    changes: [{ key: "name", before: "one", after: "other" }],
  });
});

it("compares a part that has no id of its own", () => {
  const changes = [{ key: "lines", before: [], after: [1] }];
  expect(readHappening({ ...entry, before: { lines: [] }, after: { lines: [1] } })).toMatchObject({
    changes,
  });
});

it("does not compare a record with what has begun by it", () => {
  const before = { id: "1", name: "bookshop", models: [] };
  expect(readHappening({ ...entry, before, after: { id: "2", status: "queued" } }).changes).toEqual([]);
  expect(readHappening({ ...entry, before, after: { status: "queued" } }).changes).toEqual([]);
});
