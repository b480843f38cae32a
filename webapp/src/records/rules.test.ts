// The faults that a form tells are those that the server would tell (value.rs and validate.rs of the runtime).
import { expect, it } from "vitest";
import type { Field, FieldOptions, FieldType } from "./manifest";
import { readText } from "./rules";

const read = (type: FieldType, options: FieldOptions, text: string, required = false) =>
  readText({ type, options, required } as Field, text);

const CASES: [FieldType, FieldOptions, string, unknown][] = [
  ["text", { max: 3 }, "äöü", "äöü"],
  ["text", { max: 3 }, "🙂🙂🙂", "🙂🙂🙂"],
  ["integer", { min: 1, max: 20_000 }, " 7 ", 7],
  ["integer", {}, "9223372036854775807", 9_223_372_036_854_775_807n],
  ["decimal", { scale: 2, min: "0" }, "12,50", "12.50"],
  ["decimal", { scale: 2 }, "-0.10", "-0.10"],
  ["decimal", { scale: 2 }, "1.500", "1.500"],
  ["date", { min: "1000-01-01" }, "2024-02-29", "2024-02-29"],
  ["datetime", {}, "2026-05-17T09:30:00+02:00", "2026-05-17T09:30:00+02:00"],
  ["enum", { values: ["a", "b"] }, "b", "b"],
  ["boolean", {}, "false", false],
  ["json", {}, '{"a": [1]}', { a: [1] }],
  ["uuid", {}, "0198f3a27c1b7d558e106a2f4b9c0d11", "0198f3a27c1b7d558e106a2f4b9c0d11"],
  ["email", {}, "a@b", "a@b"],
  ["text", {}, "", null],
];

it.each(CASES)("takes %s %j from %j", (type, options, text, value) => {
  expect(read(type, options, text)).toEqual({ value });
});

const FAULTS: [FieldType, FieldOptions, string, string][] = [
  ["text", { min: 2 }, "a", "must have at least 2 characters"],
  ["long_text", { max: 2 }, "abc", "must have at most 2 characters"],
  ["text", {}, "a\0b", "must not contain the character U+0000"],
  ["integer", {}, "1.5", "must be a whole number"],
  ["integer", {}, "9223372036854775808", "must be a whole number"],
  ["integer", { min: 1 }, "0", "must be at least 1"],
  ["integer", { max: 2100 }, "2101", "must be at most 2100"],
  ["decimal", { scale: 2 }, "ten", 'must be a decimal number, such as "12.50"'],
  ["decimal", { scale: 2 }, ".5", 'must be a decimal number, such as "12.50"'],
  ["decimal", { scale: 2 }, "1.001", "must have at most 2 digits after the point"],
  ["decimal", { scale: 2, precision: 4 }, "100.00", "must have at most 2 digits before the point"],
  ["decimal", { scale: 2, min: "0" }, "-0.01", "must be at least 0"],
  ["decimal", { scale: 2, max: "99.50" }, "99.51", "must be at most 99.50"],
  ["date", {}, "2025-02-29", 'must be a date, such as "2026-05-17"'],
  ["date", { min: "1000-01-01" }, "0999-12-31", "must be at least 1000-01-01"],
  ["datetime", {}, "2026-05-17T09:30", 'must be a time, such as "2026-05-17T09:30:00Z"'],
  [
    "datetime",
    { min: "2000-01-01T00:00:00Z" },
    "1999-12-31T23:59:59Z",
    "must be at least 2000-01-01T00:00:00Z",
  ],
  ["enum", { values: ["a", "b"] }, "c", "must be one of a, b"],
  ["email", {}, "a@b@c", "must be an e-mail address"],
  ["email", {}, "a b@c", "must be an e-mail address"],
  ["uuid", {}, "7", "must be a UUID"],
  ["boolean", {}, "maybe", "must be true or false"],
];

it.each(FAULTS)("refuses %s %j %j", (type, options, text, fault) => {
  expect(read(type, options, text)).toEqual({ fault });
});

it("sends what stands for nothing where nothing was typed", () => {
  const field = { type: "text", options: {}, required: false } as Field;
  expect(readText(field, "")).toEqual({ value: null });
  expect(readText({ ...field, blank: "" }, "")).toEqual({ value: "" });
});

it("asks for what is required, and says where JSON breaks", () => {
  expect(read("text", {}, "", true)).toEqual({ fault: "is required" });
  const faultOf = (text: string) => read("json", {}, text);
  expect(faultOf("{oops")).toEqual({ fault: "is not JSON: look at line 1, character 2" });
  expect(faultOf('["a",\n"b" "c"]')).toEqual({ fault: "is not JSON: look at line 2, character 5" });
  expect(faultOf("[1, x]")).toEqual({ fault: "is not JSON: x stands where it can't" });
  expect(faultOf("[1,")).toEqual({ fault: "is not JSON: it ends too early" });
});

it("says that a text stands in quotation marks", () => {
  const hint = (text: string) => ({ fault: `is not JSON: put a text in quotation marks, such as "${text}"` });
  expect(read("json", {}, "eu-central-1")).toEqual(hint("eu-central-1"));
  expect(read("json", {}, "'blue'")).toEqual(hint("blue"));
  expect(read("json", {}, "2026-05-17")).toEqual(hint("2026-05-17"));
  expect(read("json", {}, '"eu-central-1"')).toEqual({ value: "eu-central-1" });
});
