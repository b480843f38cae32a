// Whole numbers beyond what a JavaScript number is exact for arrive and leave as they are.
import { expect, it } from "vitest";
import { parseExactly, printExactly } from "./exact-json";

it("keeps every digit of large whole numbers, and texts that look like them", () => {
  const text =
    '{"big":9223372036854775807,"low":-9223372036854775808,"text":"9223372036854775807 \\"12345678901234567890\\"","small":1234567890123456,"real":12345678901234567.5,"list":[9007199254740993]}';
  const value = parseExactly(text) as Record<string, unknown>;
  expect(value.big).toBe(9_223_372_036_854_775_807n);
  expect(value.small).toBe(1_234_567_890_123_456);
  expect(value.text).toBe('9223372036854775807 "12345678901234567890"');
  expect(typeof value.real).toBe("number");
  expect(printExactly({ big: value.big, low: value.low, list: value.list })).toBe(
    '{"big":9223372036854775807,"low":-9223372036854775808,"list":[9007199254740993]}',
  );
});
