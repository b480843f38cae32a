// What is sent to save a record: what it is of itself, and what the workspace has declared beside it, each by its version.
import { expect, it } from "vitest";
import { type Answer, RecordsClient } from "./client";
import { readManifest } from "./manifest";

const [model] = readManifest({
  models: [
    {
      name: "plans",
      address: "api/records/plans",
      own: "api/plans",
      fields: [
        { name: "name", type: "text" },
        { name: "cost_center", type: "text", extra: true },
        { name: "team", type: "text", extra: true },
      ],
    },
  ],
}).models;
if (!model) throw new Error("the manifest has a model");

const known = { record: { id: "1", name: "a", cost_center: "1", team: "red" }, etag: '"4"' };

function recorded(answer: (path: string) => Answer) {
  const sent: unknown[][] = [];
  const client = new RecordsClient(async (method, path, { body, headers } = {}) => {
    sent.push([method, path, headers?.["If-Match"], body]);
    return answer(path);
  });
  return { sent, client };
}

it("names only those declared fields that were changed, and by the version that was seen", async () => {
  const { sent, client } = recorded(() => ({ data: null, etag: '"5"' }));
  const document = { name: "a", cost_center: "2", team: "red" };
  const saved = await client.update(model, known, document, { changed: ["cost_center"] });
  expect(sent).toEqual([["PUT", "api/records/plans/1/extra", '"4"', { cost_center: "2" }]]);
  expect(saved).toEqual({ record: { id: "1", ...document }, etag: '"5"' });
});

it("writes them by the version that the change of the record itself has made", async () => {
  const { sent, client } = recorded((path) => ({ data: null, etag: path.endsWith("extra") ? '"6"' : '"5"' }));
  const kept: unknown[] = [];
  const document = { name: "b", cost_center: "1", team: "blue" };
  const saved = await client.update(model, known, document, {
    changed: ["name", "team"],
    onKept: (version) => kept.push(version),
  });
  expect(sent).toEqual([
    ["PUT", "api/plans/1", '"4"', { name: "b" }],
    ["PUT", "api/records/plans/1/extra", '"5"', { team: "blue" }],
  ]);
  expect(kept).toEqual([{ record: { ...known.record, name: "b" }, etag: '"5"' }]);
  expect(saved).toEqual({ record: { id: "1", ...document }, etag: '"6"' });
});
