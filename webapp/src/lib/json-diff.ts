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
  const byName = haveNames(before) && haveNames(after);
  const left = childrenOf(before, byName);
  const right = childrenOf(after, byName);
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

function childrenOf(value: unknown, byName: boolean): Map<string, unknown> | undefined {
  if (isRecord(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  return new Map(value.map((child, index) => [(byName && nameIn(child)) || String(index), child]));
}

/** Things of a list that have an id or a name each are known by it, so that what moved is no change of all. */
function haveNames(value: unknown): boolean {
  if (!Array.isArray(value)) return true;
  const names = value.map(nameIn);
  return !names.includes(undefined) && new Set(names).size === names.length;
}

function nameIn(child: unknown): string | undefined {
  if (!isRecord(child)) return undefined;
  const name = child.id ?? child.name;
  return typeof name === "string" && name !== "" ? name : undefined;
}
