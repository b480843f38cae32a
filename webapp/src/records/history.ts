// What happened to a record, out of an entry of the log: who, when, what, and which values became which. Pure.
import { isRecord } from "@/lib/json";

export interface Change {
  key: string;
  before: unknown;
  after: unknown;
}

export interface Happening {
  at: string;
  who: string | null;
  what: string;
  changes: Change[];
  isRefused: boolean;
}

export function readHappening(entry: unknown): Happening {
  const from = isRecord(entry) ? entry : {};
  const status = typeof from.status === "number" ? from.status : 200;
  return {
    at: String(from.at ?? from.created_at ?? ""),
    who: nameOf(from.actor),
    what: String(from.action ?? "").replaceAll("_", " "),
    changes: changesBetween(from.before, from.after),
    isRefused: status >= 400,
  };
}

function nameOf(actor: unknown): string | null {
  if (typeof actor === "string" && actor !== "") return actor;
  if (!isRecord(actor)) return null;
  for (const key of ["name", "email", "user_name", "user_email", "token_name", "user_id", "id"]) {
    const value = actor[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

/**
 * Only when both sides are known; a record that was made or deleted says so by the action. What is done with a record may
 * be answered by another thing, such as what has begun by it: the two are not compared.
 */
function changesBetween(before: unknown, after: unknown): Change[] {
  if (!isRecord(before) || !isRecord(after) || before.id !== after.id) return [];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => key !== "updated_at" && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => ({ key, before: before[key], after: after[key] }));
}
