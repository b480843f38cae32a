// The types of fields: what people call them, which settings each takes, and how a setting that was typed is written.

import type { ModelField } from "@/api/types";
import { t } from "@/lib/i18n";

export type FieldType = ModelField["type"];

const TYPES: Record<FieldType, () => string> = {
  text: () => t("Text of one line"),
  long_text: () => t("Long text"),
  integer: () => t("Whole number"),
  decimal: () => t("Decimal number"),
  boolean: () => t("Yes or no"),
  date: () => t("Date"),
  datetime: () => t("Date and time"),
  enum: () => t("One of several values"),
  email: () => t("E-mail address"),
  json: () => "JSON",
  uuid: () => "UUID",
};

/** What each type is called, in their order. */
export function fieldTypes(): [FieldType, string][] {
  return Object.entries(TYPES).map(([type, label]) => [type as FieldType, label()]);
}

export function isFieldType(type: string): type is FieldType {
  return type in TYPES;
}

export type Option = "min" | "max" | "values" | "precision" | "scale";

const BOUNDED = ["text", "long_text", "integer", "decimal", "date", "datetime"];
const NEVER_UNIQUE = ["boolean", "json", "long_text"];

export function optionsOf(type: string): Option[] {
  if (type === "enum") return ["values"];
  const bounds: Option[] = BOUNDED.includes(type) ? ["min", "max"] : [];
  return type === "decimal" ? ["precision", "scale", ...bounds] : bounds;
}

export function canBeUnique(type: string): boolean {
  return !NEVER_UNIQUE.includes(type);
}

/** What stands at the bounds of a type. */
export function boundLabels(type: string): { min: string; max: string } {
  if (type === "text" || type === "long_text")
    return { min: t("At least characters"), max: t("At most characters") };
  if (type === "date" || type === "datetime") return { min: t("Not before"), max: t("Not after") };
  return { min: t("At least"), max: t("At most") };
}

/** What was typed as the value that the format means; nothing for an empty line, and the text itself where it means none. */
export function typedValue(type: string, option: Option | "default", text: string): unknown {
  const typed = text.trim();
  if (typed === "") return undefined;
  const isCount = option === "precision" || option === "scale";
  const isLength = (type === "text" || type === "long_text") && option !== "default";
  if (isCount || isLength || type === "integer") return /^-?\d{1,15}$/.test(typed) ? Number(typed) : typed;
  // What a number of JavaScript would write otherwise stays the text that was typed: no digit is lost.
  if (type === "decimal") return String(Number(typed)) === typed ? Number(typed) : typed;
  if (type === "boolean") return typed === "true" ? true : typed === "false" ? false : typed;
  if (type === "json") return readJson(typed);
  return type === "text" || type === "long_text" ? text : typed;
}

export function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
