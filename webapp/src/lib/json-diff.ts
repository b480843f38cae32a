// What differs between two values of JSON, each difference at its own place. Pure.
import { isRecord } from "./json";

export interface JsonChange {
  /** From the outside in: names of fields, places in lists. Empty for the whole. */
  path: string[];
  kind: "added" | "removed" | "changed";
  before: unknown;
  after: unknown;
}

/** Where one side is nothing at all, the other's fields are told one by one, so that each can be read. */
export function jsonChanges(before: unknown, after: unknown): JsonChange[] {
  const found: JsonChange[] = [];
  compare(before ?? undefined, after ?? undefined, [], found);
  return found;
}

function compare(before: unknown, after: unknown, path: string[], found: JsonChange[]): void {
  const left = childrenOf(before);
  const right = childrenOf(after);
  const isWhole = path.length === 0;
  if ((left && right && Array.isArray(before) === Array.isArray(after)) || (isWhole && (left ?? right))) {
    const names = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
    for (const name of names) compare(left?.get(name), right?.get(name), [...path, name], found);
    // An empty record that becomes nothing is a difference, too.
    if (names.size > 0 || (left && right)) return;
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  found.push({ path, kind, before, after });
}

/** By name; in lists things are known by their id or name where they have one, so that what moved is no change of all. */
function childrenOf(value: unknown): Map<string, unknown> | undefined {
  if (isRecord(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  const names = value.map((child, index) => nameIn(child) ?? String(index));
  const areUnique = new Set(names).size === names.length;
  return new Map(value.map((child, index) => [(areUnique && names[index]) || String(index), child]));
}

function nameIn(child: unknown): string | undefined {
  if (!isRecord(child)) return undefined;
  const name = child.id ?? child.name;
  return typeof name === "string" ? name : undefined;
}
