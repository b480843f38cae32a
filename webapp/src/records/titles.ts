// How a record calls itself: in a cell, a picker, the title of a page.
import type { Model, RecordData } from "./manifest";

export function titleOf(model: Model, record: RecordData): string {
  const display = model.display === null ? null : record[model.display];
  if (typeof display === "string" && display.trim() !== "") return firstLine(display);
  // A model without a naming text, such as a line of an order: its first plain value, and enough of the id to tell two apart.
  const plain = model.fields
    .filter(({ type }) => type !== "json" && type !== "uuid")
    .map(({ name }) => record[name])
    .find((value) => ["string", "number", "bigint"].includes(typeof value) && value !== "");
  return plain === undefined ? shortId(record.id) : `${firstLine(String(plain))} · ${shortId(record.id)}`;
}

/** The end of an id: time-ordered ids begin alike when they are made close together. */
export function shortId(id: unknown): string {
  const text = String(id);
  return text.length > 12 ? text.slice(-8) : text;
}

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/, 1)[0] ?? "";
}

/** What one record of a model is called, for buttons and titles. */
export function oneOf(model: Model): string {
  return model.one ?? singular(model.label);
}

/** "Order lines" becomes "order line". */
export function singular(label: string): string {
  const lower = /^[A-Z][a-z]/.test(label) ? label[0]?.toLowerCase() + label.slice(1) : label;
  if (/[^aeiou]ies$/.test(lower)) return `${lower.slice(0, -3)}y`;
  if (/(ss|x|z|ch|sh)es$/.test(lower)) return lower.slice(0, -2);
  if (/[^s]s$/.test(lower) && !/(us|is|news)$/.test(lower)) return lower.slice(0, -1);
  return lower;
}
