// What the block around an expression gives it, with what that was in the last run: `item` of a loop, `error` of a catch.
import { t } from "@/lib/i18n";
import { isRecord, type JsonRecord } from "@/lib/json";
import { type BlockAddress, type FlowDocument, type FlowNode, locate, nodesOf } from "../operations/document";
import type { SampleData, SampleStep } from "./sample";
import type { Scope, Spot } from "./scope";
import { hasExpression } from "./template";

const LOCALS = ["item", "index", "state", "error", "input", "output"];

const INTEGER: JsonRecord = { type: "integer" };
const ERROR: JsonRecord = {
  type: "object",
  properties: { code: { type: "string" }, message: { type: "string" }, details: {} },
};

export function localsOf(document: FlowDocument, { node, part }: BlockAddress, sample: SampleData): Scope {
  const holder = locate(document, node)?.node;
  if (!holder) return {};
  const given = parametersOf(holder, sample);
  if (part === "undo") return { input: spotOf(given), output: spotOf(sample.nodes[node]?.output) };
  if (part === "catch") return { error: { schema: ERROR, value: errorOf(holder, sample) } };
  if (holder.kind === "flow.for_each" && part === "body") {
    const items = knownValue(given.items, sample);
    const turn = lastTurn(node, sample.steps ?? []);
    if (!Array.isArray(items) || items.length === 0) return { item: {}, index: { schema: INTEGER } };
    const at = turn < items.length ? turn : 0;
    return { item: { value: items[at] ?? null }, index: { schema: INTEGER, value: at } };
  }
  if (holder.kind === "flow.while" && part === "body")
    // Of its turns the first one is known for sure.
    return { state: spotOf(knownValue(given.state, sample) ?? null), index: { schema: INTEGER, value: 0 } };
  return {};
}

/** What the locals of a scope are, and which of them nobody knows yet. */
export function readLocals(scope: Scope): { known: JsonRecord; unknown: string[] } {
  const known: JsonRecord = {};
  const unknown: string[] = [];
  for (const name of LOCALS) {
    const spot = scope[name] as Spot | undefined;
    if (!spot) continue;
    if (spot.value === undefined) unknown.push(name);
    else known[name] = spot.value;
  }
  return { known, unknown };
}

/** Whether code reads this name of a block, and does not use it for something of its own. */
export function speaksOf(code: string, name: string): boolean {
  const isRead = new RegExp(`(?<![\\w.])${name}(?!\\w)`).test(code);
  return isRead && !new RegExp(`\\b(?:let|const|for)\\s+${name}\\b`).test(code);
}

function spotOf(value: unknown): Spot {
  return value === undefined ? {} : { value };
}

/** As the last run resolved them; before that, as they are written. */
function parametersOf(node: FlowNode, sample: SampleData): JsonRecord {
  const input = sample.steps?.findLast((step) => step.node === node.id && isRecord(step.input))?.input;
  return isRecord(input) ? input : (node.with ?? {});
}

/** A plain value, or what a plain path such as `${ nodes.fetch.output }` leads to. */
function knownValue(written: unknown, sample: SampleData): unknown {
  if (typeof written !== "string" || !hasExpression(written)) return written;
  const path = /^\s*\$\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}\s*$/.exec(written)?.[1];
  if (path === undefined) return undefined;
  let at: unknown = { inputs: sample.inputs, nodes: sample.nodes, vars: sample.vars };
  for (const step of path.split(".")) at = isRecord(at) ? at[step] : undefined;
  return at;
}

/** The turn of a loop whose steps are the latest: theirs are the outputs that go with it. */
function lastTurn(loop: string, steps: readonly SampleStep[]): number {
  const within = new RegExp(`(?:^|\\.)${loop}\\[(\\d+)\\]`);
  const path = steps.findLast((step) => step.status === "succeeded" && within.test(step.path))?.path;
  return Number(within.exec(path ?? "")?.[1] ?? 0);
}

/** What failed in the body the last time; otherwise how an error looks. */
function errorOf(holder: FlowNode, sample: SampleData): unknown {
  const inBody = new Set([...nodesOf(holder.body ?? { nodes: [] })].map((node) => node.id));
  const failed = sample.steps?.findLast((step) => isRecord(step.error) && inBody.has(step.node));
  return failed?.error ?? { code: "http_500", message: t("What went wrong.") };
}
