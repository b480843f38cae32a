// @vitest-environment node
// Schemas as schemars writes them become the controls that people expect.
import { expect, it } from "vitest";
import { looksBroken, readLoose, showLoose } from "./loose";
import { pickFrom } from "./pick";
import { readFields } from "./schema-field";
import { isOnTheWay, variantOf } from "./schema-variants";

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
    either: "scalar",
  });
  expect(fields[0]).toMatchObject({ required: true, help: "Where." });
  expect(fields[1]?.fallback).toBe("GET");
});

function variantsIn(schema: Record<string, unknown>) {
  const [field] = readFields({ properties: { it: schema } });
  return field?.shape.type === "variants" ? field.shape.variants : [];
}

const known = (required: string[], properties: Record<string, unknown>) => ({
  type: "object",
  required,
  properties,
});

it("tells the variants of a tagged union apart, and none where they can't be told", () => {
  const tagged = variantsIn({
    oneOf: [
      {
        ...known(["kind", "path"], { kind: { const: "file" }, path: { type: "string" } }),
        description: "A file.",
      },
      known(["kind"], { kind: { type: "string", enum: ["none"] } }),
      { type: "null" },
    ],
  });
  expect(tagged).toMatchObject([
    {
      name: "file",
      help: "A file.",
      start: { kind: "file" },
      shape: { fields: [{ name: "path", required: true }] },
    },
    { name: "none", start: { kind: "none" }, shape: undefined },
  ]);
  expect(variantOf(tagged, { kind: "file", path: 3 })?.name).toBe("file");
  // A key that no field shows would be out of sight.
  expect(variantOf(tagged, { kind: "file", other: 1 })).toBeUndefined();

  const keyed = variantsIn({
    oneOf: [
      { const: "none" },
      known(["basic"], { basic: known([], { user: { type: "string" } }) }),
      known(["bearer"], { bearer: { type: "string" } }),
    ],
  });
  expect(keyed.map(({ name, start, within }) => [name, start, within])).toEqual([
    ["none", "none", undefined],
    ["basic", { basic: {} }, "basic"],
    ["bearer", { bearer: "" }, "bearer"],
  ]);
  const values = ["none", { basic: { user: "x" } }, { bearer: "x" }, { basic: {}, bearer: "" }, "some"];
  expect(values.map((value) => variantOf(keyed, value)?.name)).toEqual([
    "none",
    "basic",
    "bearer",
    undefined,
    undefined,
  ]);

  const typed = variantsIn({
    anyOf: [
      { type: "integer" },
      { oneOf: [{ const: "all" }, { const: "any" }] },
      { type: "array", items: { type: "integer" } },
    ],
  });
  expect([3, "all", [3], "x", {}].map((value) => variantOf(typed, value)?.name)).toEqual([
    "number",
    "all",
    "array",
    undefined,
    undefined,
  ]);
  const [number] = typed;
  expect(number && ["-", undefined, {}].map((value) => isOnTheWay(number, value))).toEqual([
    true,
    true,
    false,
  ]);

  const twice = {
    oneOf: [known([], { a: { type: "string" }, b: {} }), known([], { a: { type: "string" }, c: {} })],
  };
  const both = { allOf: [known(["a"], { a: {} }), known(["b"], { b: {} })] };
  for (const schema of [twice, both]) expect(variantsIn(schema)).toEqual([]);
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
