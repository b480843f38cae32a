// Values as people read them, and moments between zones, also in the hours that come twice or never.
import { expect, it } from "vitest";
import { formatValue } from "./format";
import { readManifest } from "./manifest";
import { singular, titleOf } from "./titles";
import { fromWall, toWall } from "./zone";

const manner = { locale: "en-GB", zone: "Europe/Berlin" };
const format = (type: Parameters<typeof formatValue>[0]["type"], value: unknown, scale?: number) =>
  formatValue({ type, options: { scale } }, value, manner);

it("formats each type, and a gap as a dash", () => {
  expect(format("decimal", "12345678901234567.5", 2)).toBe("12,345,678,901,234,567.50");
  expect(format("decimal", "-0.125", 3)).toBe("-0.125");
  expect(format("integer", 1234567)).toBe("1,234,567");
  expect(format("date", "2026-05-17")).toBe("17 May 2026");
  expect(format("datetime", "2026-05-17T22:30:00Z")).toBe("18 May 2026, 00:30");
  expect(format("enum", "cleaning_up")).toBe("cleaning up");
  expect(format("uuid", "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11")).toBe("4b9c0d11");
  expect(format("json", { a: 1n })).toBe('{"a":"1"}');
  expect(format("text", "a\nb")).toBe("a b");
  expect([format("text", null), format("relation", [])]).toEqual(["–", "–"]);
});

it("moves moments to the wall and back", () => {
  expect(toWall("2026-03-29T00:59:00Z", "Europe/Berlin")).toBe("2026-03-29T01:59:00");
  expect(fromWall("2026-03-29T03:00", "Europe/Berlin")).toBe("2026-03-29T01:00:00.000Z");
  expect(fromWall("2026-03-29T02:30", "Europe/Berlin"), "the clock never shows it").toBeNull();
  expect(fromWall("2026-10-25T02:30", "Europe/Berlin"), "the first of two").toBe("2026-10-25T00:30:00.000Z");
  expect(fromWall("2026-07-01T00:15", "Asia/Kathmandu")).toBe("2026-06-30T18:30:00.000Z");
  expect(fromWall("soon", "UTC")).toBeNull();
});

it("titles records, with a name and without", () => {
  const [books, lines] = readManifest({
    models: [
      { name: "books", display: "title", fields: [{ name: "title", type: "text" }] },
      { name: "lines", fields: [{ name: "quantity", type: "integer" }] },
    ],
  }).models;
  if (!books || !lines) throw new Error("both are there");
  const id = "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11";
  expect(titleOf(books, { id, title: "One\nTwo" })).toBe("One");
  expect(titleOf(books, { id, title: null })).toBe("4b9c0d11");
  expect(titleOf(lines, { id, quantity: 2 })).toBe("2 · 4b9c0d11");
  expect(["Order lines", "Companies", "Boxes", "News", "API tokens", "Status"].map(singular)).toEqual([
    "order line",
    "company",
    "box",
    "news",
    "API token",
    "status",
  ]);
});
