// Small guards for JSON of unknown shape: documents, inputs and outputs are never trusted to have one.

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What lies at a path of keys and places in lists; nothing where the path goes into what has no parts. */
export function valueAt(holder: unknown, path: readonly (string | number)[]): unknown {
  let at = holder;
  for (const step of path)
    at = Array.isArray(at) ? at[Number(step)] : isRecord(at) ? at[String(step)] : undefined;
  return at;
}
