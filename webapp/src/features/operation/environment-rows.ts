// The rows of the form for an environment: what they say, what is sent of them, and which of them the API objects to.
import { ApiFailure } from "@/api/failure";
import type { ApplicationEnvironment, EnvironmentVariable } from "@/api/types";

export type Held = "value" | "secret";

export interface Row {
  /** Of the row, whatever is typed into it. */
  key: string;
  name: string;
  held: Held;
  text: string;
  /** What was typed while it held the other kind. */
  aside?: string;
}

export interface RowFaults {
  name?: string;
  text?: string;
}

export function rowsOf({ variables }: ApplicationEnvironment): Row[] {
  return variables.map((variable, index) => ({
    key: `kept-${index}`,
    name: variable.name,
    held: variable.secret === undefined ? "value" : "secret",
    text: textOf(variable),
  }));
}

/** Its value, or the name of the secret. */
export function textOf({ value, secret }: EnvironmentVariable): string {
  return secret ?? value ?? "";
}

/** A row that holds the other kind, and what was typed for either. */
export function switched(row: Row, held: Held): Partial<Row> {
  return row.held === held ? {} : { held, text: row.aside ?? "", aside: row.text };
}

/** Rows of which nothing is typed are none, and spaces around a name are nobody's intent. */
export function sent(rows: readonly Row[]): ApplicationEnvironment {
  const variables = typed(rows).map(({ name, held, text }) => ({
    name: name.trim(),
    ...(held === "secret" ? { secret: text.trim() } : { value: text }),
  }));
  return { variables };
}

function typed(rows: readonly Row[]): Row[] {
  return rows.filter(({ name, text }) => name.trim() !== "" || text !== "");
}

/** What is wrong with each row, by its key, and with all of them together. */
export function faultsOf(
  failure: unknown,
  rows: readonly Row[],
): { rows: Record<string, RowFaults>; others: string[] } {
  const faults: Record<string, RowFaults> = {};
  const others: string[] = [];
  const details = failure instanceof ApiFailure ? failure.details : [];
  for (const { path, message, atPlace } of details) {
    const [, , index, field] = path.split("/");
    const row = typed(rows)[Number(index ?? Number.NaN)];
    if (!row) {
      others.push(message);
      continue;
    }
    const place = field === "name" ? "name" : "text";
    faults[row.key] = { [place]: atPlace, ...faults[row.key] };
  }
  return { rows: faults, others };
}

/** A whole file of lines like `NAME=value`, as it is pasted into a name; undefined when the text is no such thing. */
export function pasted(text: string): { name: string; text: string }[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  const read = lines.map((line) => /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line));
  if (read.length === 0 || read.includes(null)) return undefined;
  return read.map((found) => ({ name: found?.[1] ?? "", text: unquoted(found?.[2] ?? "") }));
}

/** The rows with others in the place of one, of which all that were there stay; there are no more of them than `most`. */
export function withPasted(rows: readonly Row[], key: string, others: readonly Row[], most: number): Row[] {
  const room = Math.max(0, most - rows.length + 1);
  return rows.flatMap((row) => (row.key === key ? others.slice(0, room) : [row]));
}

function unquoted(text: string): string {
  const found = /^\s*(["'])(.*)\1\s*$/.exec(text);
  return found?.[2] ?? text.trim();
}
