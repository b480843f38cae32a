// Small guards for JSON of unknown shape: documents, inputs and outputs are never trusted to have one.

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The first http(s) address under a `url` key, nearest to the top; runs that deploy something report it so. */
export function findUrl(value: unknown, depth = 3): string | undefined {
  if (!isRecord(value)) return undefined;
  const own = value.url;
  if (typeof own === "string" && /^https?:\/\//.test(own)) return own;
  if (depth === 0) return undefined;
  for (const inner of Object.values(value)) {
    const found = findUrl(inner, depth - 1);
    if (found) return found;
  }
  return undefined;
}
