// What there is to say about a field besides name and type, in the words of the model document.
import type { ModelField } from "@/api/types";

/** Shown in columns of their own, or of no interest to a reader. */
const SHOWN_ELSEWHERE = new Set(["id", "name", "label", "type", "description"]);

export function fieldFacts(field: ModelField): string[] {
  const facts: string[] = [];
  for (const [key, value] of Object.entries(field)) {
    if (SHOWN_ELSEWHERE.has(key) || value === null || value === undefined) continue;
    // A rule that is off says nothing; a default that is says what a new record has.
    if (value === false && key !== "default") continue;
    if (value === true && key !== "default") facts.push(key);
    else if (Array.isArray(value)) facts.push(`${key}: ${value.map(plain).join(", ")}`);
    else facts.push(`${key}: ${plain(value)}`);
  }
  return facts;
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
