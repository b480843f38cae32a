// YAML of documents that are edited as text as well: one form to write, and faults told where they are when it is read.

import { CST, type Document, Lexer, parseDocument, stringify } from "yaml";
import { t } from "@/lib/i18n";
import { isRecord, type JsonRecord } from "./json";
import { Misplaced } from "./misplaced";

export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 100, aliasDuplicateObjects: false });
}

/** The fields of a record in the order of its format; those that the format does not know come last. */
export function inOrder(record: JsonRecord, order: readonly string[]): JsonRecord {
  const known = order.filter((key) => key in record);
  const others = Object.keys(record).filter((key) => !order.includes(key));
  return Object.fromEntries([...known, ...others].map((key) => [key, record[key]]));
}

export interface TextFault {
  from: number;
  to: number;
  message: string;
}

export interface ReadText<T> {
  /** None when the text has faults. */
  document: T | undefined;
  faults: TextFault[];
  /** Where a JSON pointer stands in the text. */
  find: (pointer: string) => { from: number; to: number };
}

/** Comments are no part of a document: whoever writes one loses it when the text is written anew. */
export function hasComment(text: string): boolean {
  let before = "";
  for (const token of new Lexer().lex(text)) {
    // What a text says after this sign is its own, also where it begins like a comment.
    if (token.startsWith("#") && before !== CST.SCALAR) return true;
    before = token;
  }
  return false;
}

/** `read` makes a document of the value that was written, or says why it can't, and where that is if it knows. */
export function readYaml<T extends object>(
  text: string,
  read: (value: unknown) => T | string | Misplaced,
): ReadText<T> {
  const parsed = parseDocument(text, { uniqueKeys: true, stringKeys: true });
  const find = (pointer: string) => placeOf(parsed, pointer, text);
  const faults = parsed.errors.map((error) => ({
    from: Math.min(text.length, error.pos[0]),
    to: Math.min(text.length, Math.max(error.pos[0] + 1, error.pos[1])),
    message: error.message.split("\n")[0] ?? t("This is no YAML."),
  }));
  if (faults.length > 0) return { document: undefined, faults, find };
  const refused = (message: string, pointer = "") => ({
    document: undefined,
    faults: [{ ...find(pointer), message }],
    find,
  });
  let value: unknown;
  try {
    value = parsed.toJS({ maxAliasCount: 0 });
  } catch {
    return refused(t("Anchors and aliases are not allowed: write the value out."));
  }
  const document = read(value);
  if (typeof document === "string") return refused(document);
  if (document instanceof Misplaced) return refused(document.message, document.pointer);
  return { document, faults: [], find };
}

/** The nearest thing around it that is there. */
function placeOf(parsed: Document, pointer: string, text: string): { from: number; to: number } {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (let length = steps.length; length > 0; length--) {
    const path = steps.slice(0, length).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const node: unknown = parsed.getIn(path, true);
    const range = isRecord(node) && Array.isArray(node.range) ? node.range : undefined;
    if (range) return { from: Number(range[0]), to: Math.max(Number(range[0]) + 1, Number(range[1])) };
  }
  return { from: 0, to: Math.min(text.length, 1) };
}
