// @vitest-environment node
// Schemas as schemars writes them become the controls that people expect.
import { expect, it } from "vitest";
import { looksBroken, readLoose, showLoose } from "./loose";
import { pickFrom } from "./pick";
import { readFields } from "./schema-field";

it("reads references, choices, maps and what is optional", () => {
  const fields = readFields(
    {
      type: "object",
      required: ["url"],
      properties: {
        url: { type: "string", description: "Where." },
        method: { $ref: "#/$defs/Method", default: "GET" },
        headers: { type: "object", additionalProperties: { type: "string" } },
        auth: { anyOf: [{ $ref: "#/$defs/Auth" }, { type: "null" }] },
        cases: { type: "array", items: { type: "string" } },
        code: { type: "string" },
        json: {},
        times: { type: ["integer", "null"] },
        callee: { type: "string", format: "workflow" },
        ports: {
          type: "array",
          items: { type: "object", properties: { host: { type: "integer" }, name: { type: "string" } } },
        },
        deep: {
          type: "array",
          items: { type: "object", properties: { tags: { type: "array", items: { type: "string" } } } },
        },
        either: { anyOf: [{ type: "integer" }, { type: "string" }] },
      },
      $defs: {
        Method: { oneOf: [{ const: "GET", description: "Reads." }, { enum: ["POST", "PUT"] }] },
        Auth: { type: "object", properties: { user: { type: "string" } } },
      },
    },
    ["code"],
  );
  const shapes = Object.fromEntries(fields.map((field) => [field.name, field.shape.type]));
  expect(shapes).toEqual({
    url: "text",
    method: "choice",
    headers: "map",
    auth: "fields",
    cases: "list",
    code: "code",
    json: "any",
    times: "number",
    callee: "workflow",
    ports: "list",
    deep: "any",
    either: "any",
  });
  expect(fields[0]).toMatchObject({ required: true, help: "Where." });
  expect(fields[1]?.fallback).toBe("GET");
});

it("keeps every value over text and back", () => {
  for (const value of ["plain", "3", "true", "", '"quoted"', "[x", 3, -2.5, true, null, { a: [1] }, ["b"]])
    expect(readLoose(showLoose(value))).toEqual(value);
  expect(looksBroken('{"a": ')).toBe(true);
  expect(looksBroken('{"a": 1}')).toBe(false);
});

it("finds by words, beginnings first", () => {
  const items = ["Wait", "HTTP request", "Await an answer", "Set values"].map((title) => ({
    id: title,
    title,
  }));
  expect(pickFrom(items, "wait").map((item) => item.id)).toEqual(["Wait", "Await an answer"]);
  expect(pickFrom(items, "req ht").map((item) => item.id)).toEqual(["HTTP request"]);
  expect(pickFrom(items, "(").length).toBe(0);
});
