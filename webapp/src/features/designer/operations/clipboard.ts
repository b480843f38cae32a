// Nodes and notes as text that can be copied, sent and pasted: with the edges between them, and where they stood.
import type { Layout } from "@/api/types";
import { freeNoteId, isNote, notesOf } from "@/components/canvas/notes";
import { isRecord, type JsonRecord } from "@/lib/json";
import { renameInCode, renameInTemplate } from "../expressions/references";
import {
  type BlockAddress,
  type Draft,
  type FlowBlock,
  type FlowEdge,
  type FlowNode,
  locate,
  nodesOf,
  PARTS,
  readDocument,
} from "./document";
import { placesOf } from "./nodes";
import type { Known, Operation } from "./operation";

export interface Clip {
  nodes: FlowNode[];
  edges: FlowEdge[];
  /** Of the nodes, and the notes themselves. */
  layout: Layout;
}

const MOST_LENGTH = 2_000_000;
/** As the server takes it. */
const MOST_OF_NOTE = 4_000;

/** Of nodes that lie in each other the outer ones come along with what they hold. */
export function copyChosen(draft: Draft, ids: readonly string[]): Clip | undefined {
  const chosen = new Set(ids);
  const found = ids.flatMap((id) => locate(draft.document, id) ?? []);
  const outer = found.filter((each) => !isWithin(draft, each.in, chosen));
  const notes = Object.entries(notesOf(draft.layout)).filter(([id]) => chosen.has(id));
  if (outer.length + notes.length === 0) return undefined;
  const nodes = outer.map((each) => each.node);
  const kept = new Set(nodes.map((node) => node.id));
  const blocks = new Set(outer.map((each) => each.block));
  const edges = [...blocks].flatMap((block) =>
    (block.edges ?? []).filter((edge) => kept.has(edge.from) && kept.has(edge.to)),
  );
  const layout = { ...placesOf(draft.layout, [...nodesOf({ nodes })]), ...Object.fromEntries(notes) };
  return { nodes, edges, layout };
}

function isWithin(draft: Draft, address: BlockAddress | undefined, chosen: ReadonlySet<string>): boolean {
  for (let at = address; at; at = locate(draft.document, at.node)?.in) if (chosen.has(at.node)) return true;
  return false;
}

export function clipText(clip: Clip): string {
  return JSON.stringify({ nodes: clip.nodes, edges: clip.edges, layout: clip.layout }, null, 2);
}

/** Takes what was copied here, and every document or list of nodes as JSON, also in what the API says of a workflow. */
export function readClip(text: string): Clip | undefined {
  if (text.length > MOST_LENGTH) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  return clipOf(read);
}

/** Whether text may be a document as YAML: what reads that is not loaded for anything else. */
export function mayBeYaml(text: string): boolean {
  return text.length <= MOST_LENGTH && /^\s*nodes\s*:/m.test(text);
}

export function clipOf(read: unknown): Clip | undefined {
  const listed = Array.isArray(read) ? { nodes: read } : read;
  const isReply = isRecord(listed) && isRecord(listed.document);
  const written = isReply ? { ...(listed.document as JsonRecord), layout: listed.layout } : listed;
  if (!isRecord(written) || !Array.isArray(written.nodes)) return undefined;
  const document = readDocument(written);
  if (typeof document === "string") return undefined;
  const layout: Layout = {};
  for (const [id, place] of Object.entries(isRecord(written.layout) ? written.layout : {}))
    if (isRecord(place) && typeof place.x === "number" && typeof place.y === "number")
      layout[id] = { x: place.x, y: place.y, ...(isNote(id) && noteIn(place)) };
  if (document.nodes.length === 0 && Object.keys(notesOf(layout)).length === 0) return undefined;
  return { nodes: document.nodes, edges: document.edges ?? [], layout };
}

function noteIn({ width, height, note }: JsonRecord): Omit<Layout[string], "x" | "y"> {
  const isSize = (size: unknown): size is number => typeof size === "number" && size >= 1;
  return {
    ...(isSize(width) && { width }),
    ...(isSize(height) && { height }),
    note: typeof note === "string" ? note.slice(0, MOST_OF_NOTE) : "",
  };
}

export interface Pasted {
  operations: Operation[];
  /** The ids under which the outermost nodes are there now, and the notes. */
  ids: string[];
}

/** What is pasted gets ids that are free; expressions among the pasted nodes follow, others stay as they are. */
export function pasteClip(
  draft: Draft,
  clip: Clip,
  known: Known,
  target: { in?: BlockAddress; offset: { x: number; y: number } },
): Pasted {
  const taken = new Set([...nodesOf(draft.document)].map((node) => node.id));
  const names = new Map<string, string>();
  for (const { id } of nodesOf({ nodes: clip.nodes })) {
    const free = freeId(id, taken);
    taken.add(free);
    names.set(id, free);
  }
  const rename = (id: string) => names.get(id) ?? id;
  const outer = new Set(clip.nodes.map((node) => node.id));
  const operations: Operation[] = clip.nodes.map((node) => ({
    op: "add_node",
    node: renamed(node, rename, known),
    ...(target.in && { in: target.in }),
    places: Object.fromEntries(
      [...nodesOf({ nodes: [node] })].flatMap(({ id }) => {
        const place = clip.layout[id];
        if (!place) return [];
        const shift = outer.has(id) ? target.offset : { x: 0, y: 0 };
        return [[rename(id), { x: place.x + shift.x, y: place.y + shift.y }]];
      }),
    ),
  }));
  for (const edge of clip.edges)
    operations.push({ op: "connect", ...edge, from: rename(edge.from), to: rename(edge.to) });
  const notes: Layout = {};
  for (const place of Object.values(notesOf(clip.layout)))
    notes[freeNoteId({ ...draft.layout, ...notes })] = {
      ...place,
      x: place.x + target.offset.x,
      y: place.y + target.offset.y,
    };
  if (Object.keys(notes).length > 0) operations.push({ op: "move", places: notes });
  return { operations, ids: [...clip.nodes.map((node) => rename(node.id)), ...Object.keys(notes)] };
}

/** `fetch`, then `fetch_2`, `fetch_3` …; never longer than an id may be. */
export function freeId(wish: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wish)) return wish;
  const stem = wish.replace(/_\d+$/, "");
  for (let number = 2; ; number++) {
    const id = `${stem.slice(0, 47 - String(number).length)}_${number}`;
    if (!taken.has(id)) return id;
  }
}

function renamed(node: FlowNode, rename: (id: string) => string, known: Known): FlowNode {
  const scripts = known.scripts.get(node.kind) ?? [];
  const next = { ...node, id: rename(node.id) };
  for (const [key, value] of Object.entries(node)) {
    if (["id", "kind", "label"].includes(key)) continue;
    const part = PARTS.find((each) => each === key);
    if (part) next[part] = renamedBlock(value as FlowBlock, rename, known);
    else if (key === "with" && isRecord(value))
      next.with = Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, inValue(each, rename, scripts.includes(name))]),
      );
    else (next as JsonRecord)[key] = inValue(value, rename, key === "when");
  }
  return next;
}

function renamedBlock(block: FlowBlock, rename: (id: string) => string, known: Known): FlowBlock {
  const fields = Object.entries(block).map(([key, value]) =>
    key === "nodes" || key === "edges" ? [key, value] : [key, inValue(value, rename, key === "while")],
  );
  const nodes = block.nodes.map((node) => renamed(node, rename, known));
  const edges = block.edges?.map((edge) => ({ ...edge, from: rename(edge.from), to: rename(edge.to) }));
  return { ...Object.fromEntries(fields), nodes, ...(edges && { edges }) } as FlowBlock;
}

function inValue(value: unknown, rename: (id: string) => string, code: boolean): unknown {
  if (typeof value === "string") return (code ? renameInCode : renameInTemplate)(value, rename);
  if (Array.isArray(value)) return value.map((item) => inValue(item, rename, code));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inValue(each, rename, code)]));
}
