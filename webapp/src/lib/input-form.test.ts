// A form from JSON Schemas and back: nothing is sent that was not said, and mistakes are named before sending.
import { describe, expect, it } from "vitest";
import { initialValues, readForm, readInputs } from "./input-form";

const document = {
  inputs: {
    target: { type: "string", enum: ["process", "docker"], default: "process" },
    title: { type: "string", description: "What it is called" },
    copies: { type: "integer", required: false },
    ratio: { type: "number", default: 0.5 },
    loud: { type: "boolean" },
    level: { enum: [1, 2] },
    extra: { type: "object", required: false },
  },
};

describe("readForm", () => {
  it("chooses a control for each schema and knows what is required", () => {
    const fields = readForm(document).map(({ name, control, required }) => `${name} ${control} ${required}`);
    expect(fields).toEqual([
      "target choice false",
      "title text true",
      "copies integer false",
      "ratio number false",
      "loud switch false",
      "level choice true",
      "extra json false",
    ]);
  });

  it("makes no form where there are no inputs", () => {
    expect(readForm({})).toEqual([]);
    expect(readForm({ inputs: [] })).toEqual([]);
  });
});

describe("readInputs", () => {
  const fields = readForm(document);

  it("types what was filled in and leaves out what was not", () => {
    const values = { ...initialValues(fields), title: "Hi", copies: "3", level: "2", extra: '{"a":[1]}' };
    expect(readInputs(fields, values)).toEqual({
      inputs: {
        target: "process",
        title: "Hi",
        copies: 3,
        ratio: 0.5,
        loud: false,
        level: 2,
        extra: { a: [1] },
      },
      errors: {},
    });
    expect(readInputs(fields, { ...values, copies: " " }).inputs).not.toHaveProperty("copies");
  });

  it("names each mistake", () => {
    const { errors } = readInputs(fields, { copies: "2.5", ratio: "many", extra: "{nope", level: "9" });
    expect(Object.keys(errors).sort()).toEqual(["copies", "extra", "level", "ratio", "title"]);
  });

  it("starts again from the inputs of an earlier run", () => {
    const values = initialValues(fields, { target: "docker", extra: { a: 1 }, loud: true });
    expect(values).toMatchObject({ target: "docker", loud: "true", extra: '{\n  "a": 1\n}' });
  });
});
