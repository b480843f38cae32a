// What can be written next at the caret of an expression.

import { sayText } from "@/components/canvas/kind-texts";
import { brief } from "@/lib/brief";
import { t } from "@/lib/i18n";
import { isRecord, type JsonRecord, textOf } from "@/lib/json";
import type { Scope, Spot } from "./scope";
import { skipLiteral, splitTemplate } from "./template";

export interface Completion {
  /** What stands from `from` to the caret is replaced by this. */
  insert: string;
  label: string;
  detail: string;
}

export interface Completions {
  from: number;
  options: Completion[];
  /** A word has been begun that is none of the text's own: Enter and Tab mean the first option. */
  isBegun: boolean;
}

const MOST = 40;
const NAME = /^[A-Za-z_]\w*$/;
/** The whole steps before a dot: `nodes.fetch.output`, `inputs.list[0]`, `vars["a b"]`. */
const STEPS = /(?:[A-Za-z_]\w*)(?:\s*\.\s*[A-Za-z_]\w*|\s*\[\d+\]|\s*\["[^"\]]*"\])*$/;

/** None where the caret is in no expression. Where nothing is begun in code, only who asked for it is offered anything. */
export function completionsAt(
  text: string,
  caret: number,
  isCode: boolean,
  scope: Scope,
  isAsked = false,
): Completions | undefined {
  const before = codeBefore(text, caret, isCode);
  const code = before === undefined ? undefined : openCode(before);
  const found = code === undefined ? undefined : readPath(code);
  if (code === undefined || !found) return undefined;
  const { steps, begun } = found;
  if (isCode && begun === "" && steps.length === 0 && !isAsked) return undefined;
  const options = childrenAt(scope, steps)
    .filter(({ label }) => label.toLowerCase().startsWith(begun.toLowerCase()) && label !== begun)
    .slice(0, MOST);
  if (options.length === 0) return undefined;
  const isOwn = steps.length === 0 && isNamedIn(code.slice(0, code.length - begun.length), begun);
  return { from: caret - begun.length, options, isBegun: begun !== "" && !isOwn };
}

function codeBefore(text: string, caret: number, isCode: boolean): string | undefined {
  if (isCode) return text.slice(0, caret);
  const piece = splitTemplate(text).find(
    (each) => each.isExpression && caret >= each.start && caret <= each.start + each.source.length,
  );
  return piece && text.slice(piece.start, caret);
}

/** The code in which the caret at its end is: of a template in it, what is written there. None in a text or a comment. */
function openCode(code: string): string | undefined {
  // With a letter more, what ends with the code is told from what has no end.
  const more = `${code}\0`;
  for (let at = 0; at < code.length; ) {
    const after = skipLiteral(more, at);
    if (after <= code.length) {
      at = Math.max(after, at + 1);
      continue;
    }
    const piece = code[at] === "`" ? splitTemplate(code.slice(at + 1)).at(-1) : undefined;
    return piece?.isExpression && !piece.closed ? openCode(piece.source) : undefined;
  }
  return code;
}

/** Names that the code gives itself: `let i = 1; i` means that, and nothing longer. */
function isNamedIn(code: string, name: string): boolean {
  return new RegExp(`\\b(?:let|const|fn|for)\\s+(?:\\(\\s*)?(?:\\w+\\s*,\\s*)?${name}\\b`).test(code);
}

function readPath(code: string): { steps: string[]; begun: string } | undefined {
  const begun = /[A-Za-z_]\w*$/.exec(code)?.[0] ?? "";
  const before = code.slice(0, code.length - begun.length).trimEnd();
  // A name that is being given is nobody else's.
  if (/\b(?:let|const|fn|for)$/.test(before)) return undefined;
  if (!before.endsWith(".")) {
    // A value that has just ended is followed by a sign, not by a name.
    const hasEnded = begun === "" && /[\w\])"]$/.test(before);
    return hasEnded ? undefined : { steps: [], begun };
  }
  const path = STEPS.exec(before.slice(0, -1).trimEnd())?.[0];
  if (path === undefined) return undefined;
  const steps = [...path.matchAll(/\["([^"\]]*)"\]|\[(\d+)\]|([A-Za-z_]\w*)/g)].map(
    ([, key, index, name]) => key ?? index ?? name ?? "",
  );
  return { steps, begun };
}

function childrenAt(scope: Scope, steps: readonly string[]): Completion[] {
  const [root, ...rest] = steps;
  if (root === undefined)
    return Object.entries(scope).map(([name, spot]) => ({
      insert: name,
      label: name,
      detail: isGroup(name, spot) ? (ROOTS[name]?.() ?? "") : detailOf(spot),
    }));
  const start = scope[root];
  if (!start) return [];
  if (!isGroup(root, start)) return childrenOf(follow(start, rest));
  const [name, ...below] = rest;
  if (name === undefined)
    return Object.entries(start).map(([key, spot]) => ({
      insert: key,
      label: key,
      detail: spot.hint ?? detailOf(spot),
    }));
  const spot = start[name];
  return spot ? childrenOf(follow(spot, below)) : [];
}

const ROOTS: Record<string, () => string> = {
  inputs: () => t("what the run was given"),
  nodes: () => t("what the nodes before gave"),
  vars: () => t("variables of the workspace"),
  secrets: () => t("secrets, put in when the step runs"),
};

/** These hold names that somebody chose; the others are values themselves. */
function isGroup(root: string, _spot: Spot | Record<string, Spot>): _spot is Record<string, Spot> {
  return root in ROOTS;
}

function follow(spot: Spot, steps: readonly string[]): Spot {
  let at = spot;
  for (const step of steps) {
    const schema = resolve(at.schema, at.root);
    const properties = isRecord(schema?.properties) ? schema.properties : {};
    const items = /^\d+$/.test(step) ? schema?.items : undefined;
    const below = items ?? properties[step];
    const value = Array.isArray(at.value)
      ? at.value[Number(step)]
      : isRecord(at.value)
        ? at.value[step]
        : undefined;
    at = {
      ...(isRecord(below) && { schema: below }),
      ...(at.root && { root: at.root }),
      ...(value !== undefined && { value }),
    };
  }
  return at;
}

function childrenOf(spot: Spot): Completion[] {
  const schema = resolve(spot.schema, spot.root);
  const properties = isRecord(schema?.properties) ? schema.properties : {};
  const values: JsonRecord = isRecord(spot.value) ? spot.value : {};
  const names = new Set([...Object.keys(properties), ...Object.keys(values)]);
  return [...names]
    .filter((name) => NAME.test(name))
    .map((name) => {
      const below = properties[name];
      const child: Spot = {
        ...(isRecord(below) && { schema: below }),
        ...(spot.root && { root: spot.root }),
        ...(name in values && { value: values[name] }),
      };
      return { insert: name, label: name, detail: detailOf(child) };
    });
}

/** What was there says more than what it may be. */
function detailOf(spot: Spot): string {
  if (spot.value !== undefined) return brief(spot.value);
  const schema = resolve(spot.schema, spot.root);
  const type = Array.isArray(schema?.type) ? schema.type.join(t(" or ")) : textOf(schema?.type);
  const description = textOf(schema?.description);
  return (description && sayText(description)) ?? type ?? spot.hint ?? "";
}

function resolve(schema: JsonRecord | undefined, root: JsonRecord | undefined): JsonRecord | undefined {
  const reference = textOf(schema?.$ref);
  if (!reference?.startsWith("#/$defs/") || !isRecord(root?.$defs)) return schema;
  const target = root.$defs[reference.slice("#/$defs/".length)];
  return isRecord(target) ? target : schema;
}
