// The comparisons of the dialect: which there are for a type, what they are called, what is typed to them.
import type { Column } from "./columns";
import type { Words } from "./words";

export type Operator = "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "contains" | "null";

export const OPERATORS: readonly Operator[] = ["eq", "ne", "gt", "gte", "lt", "lte", "contains", "null"];

export function operatorsOf(column: Column): Operator[] {
  const ifNullable = column.nullable ? (["null"] as const) : [];
  switch (column.type) {
    case "relation":
      return column.relation?.many ? ["eq"] : ["eq", "ne", ...ifNullable];
    case "text":
    case "long_text":
    case "email":
      return ["contains", "eq", "ne", ...ifNullable];
    case "enum":
    case "uuid":
      return ["eq", "ne", ...ifNullable];
    case "boolean":
      return ["eq", ...ifNullable];
    case "json":
      return column.nullable ? ["null"] : [];
    default:
      return ["eq", "ne", "gt", "gte", "lt", "lte", ...ifNullable];
  }
}

/** The words for an operator; times come before and after, numbers are less and more. */
export function wordsOf(operator: Operator, column: Column, words: Words): string {
  const isTime = column.type === "date" || column.type === "datetime";
  if (operator === "eq" && column.relation?.many) return words.includes;
  return (isTime ? words.timeComparisons[operator] : undefined) ?? words.comparisons[operator];
}
