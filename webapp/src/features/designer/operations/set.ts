// Setting one field, however deep, of a node or of the document.
import { t } from "@/lib/i18n";
import { isRecord, type JsonRecord } from "@/lib/json";
import { type Draft, type FlowDocument, locate, PARTS, withNode } from "./document";
import { unknownNode } from "./nodes";
import { type Applied, type Operation, type Path, Refusal } from "./operation";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

/** With these a browser's objects can be subverted; the engine refuses them as well. */
const FORBIDDEN: Path = ["__proto__", "constructor", "prototype"];

export function applySet(draft: Draft, { node: id, path, value, at }: Of<"set">): Applied {
  if (path.length === 0 || path.some((step) => FORBIDDEN.includes(step))) throw badPath(path);
  const old: { value?: unknown; at?: number } = {};
  let document: FlowDocument;
  if (id === undefined) {
    if (["nodes", "edges", "lathe"].includes(String(path[0]))) throw badPath(path);
    document = setIn(draft.document, path, value, at, old) as FlowDocument;
  } else {
    if (!locate(draft.document, id)) throw unknownNode(id);
    checkNodePath(path);
    document = withNode(draft.document, id, (node) => setIn(node, path, value, at, old) as typeof node);
  }
  const holder = id === undefined ? draft.document : locate(draft.document, id)?.node;
  const made = firstMissing(holder, path);
  const back = made < path.length - 1 ? { path: path.slice(0, made + 1) } : { path, ...old };
  const inverse: Operation = { op: "set", ...(id !== undefined && { node: id }), ...back };
  return { draft: { ...draft, document }, inverse: [inverse] };
}

/** How far a path is there already: what is made on the way goes again as a whole. */
function firstMissing(holder: unknown, path: Path): number {
  let present = holder;
  for (const [index, step] of path.entries()) {
    const below = Array.isArray(present)
      ? present[Number(step)]
      : isRecord(present)
        ? present[String(step)]
        : undefined;
    if (below === undefined) return index;
    present = below;
  }
  return path.length;
}

/** Ids are renamed and graphs are edited by operations of their own; `output` and `while` of a block are fields. */
function checkNodePath(path: Path): void {
  const [first, second] = path;
  const isPart = PARTS.some((part) => part === first);
  if (first === "id" || (isPart && second !== "output" && second !== "while")) throw badPath(path);
}

function setIn(
  holder: unknown,
  path: Path,
  value: unknown,
  at: number | undefined,
  old: { value?: unknown; at?: number },
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(holder)) return setItem(holder, step, rest, path, value, at, old);
  if (holder !== undefined && !isRecord(holder)) throw badPath(path);
  const record: JsonRecord = holder ?? {};
  const key = String(step);
  if (rest.length > 0) {
    const below = record[key];
    if (below === undefined && value === undefined) throw badPath(path);
    const made = below ?? (typeof rest[0] === "number" ? [] : {});
    return { ...record, [key]: setIn(made, rest, value, at, old) };
  }
  const place = Object.keys(record).indexOf(key);
  if (place >= 0) {
    old.value = record[key];
    if (value === undefined) old.at = place;
  }
  if (value === undefined) {
    const { [key]: _, ...others } = record;
    return others;
  }
  if (place >= 0 || at === undefined) return { ...record, [key]: value };
  return Object.fromEntries(Object.entries(record).toSpliced(at, 0, [key, value]));
}

function setItem(
  list: readonly unknown[],
  step: string | number,
  rest: Path,
  path: Path,
  value: unknown,
  at: number | undefined,
  old: { value?: unknown; at?: number },
): unknown[] {
  if (typeof step !== "number" || step < 0 || step > list.length) throw badPath(path);
  if (rest.length > 0) {
    if (step >= list.length) throw badPath(path);
    return list.with(step, setIn(list[step], rest, value, at, old));
  }
  // An item that was removed comes back between its neighbours; `at` says that it is put in and not set.
  if (value === undefined) {
    if (step >= list.length) throw badPath(path);
    old.value = list[step];
    old.at = step;
    return list.toSpliced(step, 1);
  }
  if (at !== undefined || step === list.length) return list.toSpliced(step, 0, value);
  old.value = list[step];
  return list.with(step, value);
}

function badPath(path: Path): Refusal {
  return new Refusal("bad_path", t("`{{path}}` can't be set.", { path: path.join(".") }));
}
