// A form sends what was there unless somebody changed it, and brings together what two people did.
import { expect, it } from "vitest";
import { RecordsClient } from "./client";
import { changedKeys, draftOf, readDraft } from "./draft";
import { failureOf, isOutdated, sortFaults } from "./failure";
import { readManifest } from "./manifest";
import { merge } from "./merge";

const [model] = readManifest({
  models: [
    {
      name: "notes",
      display: "title",
      fields: [
        { name: "title", type: "text", required: true, options: { max: 20 } },
        { name: "at", type: "datetime" },
        { name: "count", type: "integer", default: 3 },
        { name: "done", type: "boolean", required: true },
        { name: "more", type: "json" },
        { name: "seen", type: "integer", read_only: true },
      ],
      relations: [
        { name: "owner", key: "owner_id", target: "people", required: true },
        { name: "tags", key: "tags", target: "tags", many: true },
      ],
    },
  ],
}).models;
if (!model) throw new Error("the manifest has a model");

const zone = "Europe/Berlin";
const record = {
  id: "1",
  title: "a\r\nb",
  at: "2026-07-01T10:00:00.123Z",
  count: 9_007_199_254_740_993n,
  done: true,
  more: { a: 1 },
  seen: 5,
  owner_id: "p1",
  tags: ["t1"],
};

it("sends what nobody touched exactly as it was, and nothing that may only be read", () => {
  const draft = draftOf(model, record, { zone });
  expect(draft.at).toBe("2026-07-01T12:00:00");
  const { document, faults } = readDraft(model, draft, record, zone);
  const { id: _id, seen: _seen, ...rest } = record;
  expect(faults).toEqual({});
  expect(document).toEqual(rest);
});

it("reads what was changed, in the person's zone", () => {
  const draft = { ...draftOf(model, record, { zone }), at: "2026-01-01T00:30", count: "4", tags: [] };
  const { document } = readDraft(model, draft, record, zone);
  expect(document).toMatchObject({ at: "2025-12-31T23:30:00.000Z", count: 4, tags: [], title: record.title });
  expect(changedKeys(draft, draftOf(model, record, { zone }))).toEqual(["at", "count", "tags"]);
});

it("begins with defaults and with what the link has chosen, and says all faults together", () => {
  const preset = new URLSearchParams("owner_id=p2&title=A+title+of+more+than+twenty");
  const draft = draftOf(model, null, { preset });
  expect(draft).toMatchObject({ count: "3", done: "false", owner_id: ["p2"] });
  expect(readDraft(model, { ...draft, owner_id: [], count: "x" }, null).faults).toEqual({
    title: "must have at most 20 characters",
    count: "must be a whole number",
    owner_id: "is required",
  });
});

it("puts the server's faults under their fields", () => {
  const failure = failureOf({
    status: 422,
    code: "validation_failed",
    message: "2 fields are not valid",
    details: [
      { path: "/tags/0", message: "there is no such record in tags" },
      { path: "/title", message: "`title` is missing", atPlace: "is missing" },
      { path: "", message: "a record that it refers to does not exist" },
    ],
  });
  const { byKey, rest } = sortFaults(failure.details, ["title", "tags"]);
  expect(byKey).toEqual({ tags: "there is no such record in tags", title: "is missing" });
  expect(rest).toHaveLength(1);
  expect([isOutdated({ ...failure, status: 412 }), isOutdated(failure)]).toEqual([true, false]);
});

it("keeps both people's changes, and asks only about what both changed", () => {
  const begun = { title: "a", note: "n", city: "x", tags: ["1"] };
  const yours = { title: "mine", note: "n", city: "y", tags: ["1", "2"] };
  const theirs = { title: "theirs", note: "new", city: "y", tags: ["1"] };
  expect(merge(begun, yours, theirs)).toEqual({
    draft: { title: "mine", note: "new", city: "y", tags: ["1", "2"] },
    contested: ["title"],
    taken: ["note"],
  });
});

it("neither asks for nor sends anew what nobody is shown, and offers it only where it means something", async () => {
  const fields = [
    { name: "name", type: "text", required: true },
    { name: "kind", type: "text", required: true, read_only: true },
    { name: "value", type: "long_text", required: true, write_only: true, only_where: { kind: "text" } },
  ];
  const [secrets] = readManifest({ models: [{ name: "secrets", fields, changed_by: "PATCH" }] }).models;
  if (!secrets) throw new Error("the manifest has a model");
  const known = { id: "1", name: "a", kind: "text" };
  const begun = draftOf(secrets, known);
  const renamed = readDraft(secrets, { ...begun, name: "b" }, known);
  expect(renamed).toEqual({ document: { name: "b" }, faults: {} });
  expect(readDraft(secrets, { ...begun, value: "x" }, known).document).toEqual({ name: "a", value: "x" });
  expect(readDraft(secrets, draftOf(secrets, null), null).faults).toHaveProperty("value", "is required");
  expect(draftOf(secrets, { ...known, kind: "login" })).toEqual({ name: "a" });

  const sent: string[] = [];
  const client = new RecordsClient(async (method, path) => {
    sent.push(`${method} ${path}`);
    return { data: null, etag: null };
  });
  await client.update(secrets, { record: known, etag: null }, renamed.document, { changed: ["name"] });
  expect(sent).toEqual(["PATCH api/secrets/1"]);
});
