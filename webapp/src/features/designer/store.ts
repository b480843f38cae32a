// What is being edited, outside of React: a change re-renders what reads it, and nothing else.
import { useSyncExternalStore } from "react";
import type { Workflow } from "@/api/types";
import { type Arrangement, arrange } from "@/components/canvas/arrange";
import type { Point } from "@/components/canvas/geometry";
import { type Graph, readGraph } from "@/components/canvas/graph";
import type { MarkSource, NodeMark } from "@/components/canvas/marks";
import type { Box } from "./canvas/walk";
import { type Catalogue, knownOf } from "./catalogue";
import { forget, keep, recall } from "./draft-storage";
import { layoutOf } from "./gestures";
import {
  type Draft,
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  locate,
  PARTS,
  readDocument,
} from "./operations/document";
import { sameJson } from "./operations/equal";
import { begin, type History, perform, redo, type Step, seal, undo } from "./operations/history";
import { type Known, type Operation, Refusal } from "./operations/operation";
import type { Problem } from "./problems";

/** The version that is being edited; none for a workflow that was never saved. */
export interface Base {
  id: string | undefined;
  version: number;
  etag: string | undefined;
  draft: Draft;
}

export interface Pin {
  output: unknown;
  port?: string;
}

/** A version that the server has, to be run. */
export interface SavedVersion {
  id: string;
  version: number;
  document: FlowDocument;
}

/** Typing keeps no draft at each letter. */
const KEPT_AFTER_MS = 400;

export class DesignerStore implements MarkSource {
  private listeners = new Set<() => void>();
  private marks: ReadonlyMap<string, NodeMark> = new Map();
  private readonly known: Known;
  private timer: ReturnType<typeof setTimeout> | undefined;
  base: Base;
  history: History;
  graph: Graph;
  arrangement: Arrangement;
  selection: readonly string[] = [];
  edge: FlowEdge | null = null;
  problems: readonly Problem[] = [];
  pins: Readonly<Record<string, Pin>>;
  /** Why the last thing that was tried is not possible. */
  refusal: string | null = null;
  /** Unsaved edits of an earlier visit, since when; they are on the canvas again. */
  restored: string | null = null;
  /** False when this browser has no room for the draft. */
  isKept = true;

  constructor(
    readonly catalogue: Catalogue,
    opened: { workflow: Workflow; etag: string | undefined } | undefined,
  ) {
    this.known = knownOf(catalogue.kinds);
    const id = opened?.workflow.id;
    const draft = opened ? this.draftOf(opened.workflow) : emptyDraft();
    this.base = { id, version: opened?.workflow.version ?? 0, etag: opened?.etag, draft };
    this.history = begin(draft);
    this.pins = readPins(id);
    const kept = recall(id);
    if (kept && !sameJson(kept.draft, draft)) {
      this.base = { id, version: kept.version, etag: kept.etag ?? opened?.etag, draft: kept.base };
      this.history = { draft: kept.draft, done: kept.done, undone: [] };
      this.restored = kept.at;
    }
    const { graph, arrangement } = this.arrange();
    this.graph = graph;
    this.arrangement = arrangement;
    this.mark();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly markOf = (node: string): NodeMark | undefined => this.marks.get(node);

  get draft(): Draft {
    return this.history.draft;
  }

  get isDirty(): boolean {
    return this.draft !== this.base.draft && !sameJson(this.draft, this.base.draft);
  }

  /** Says whether it was possible; what was not is told on screen. */
  perform(title: string, operations: Operation[], mark?: string): boolean {
    return this.attempt(() => perform(this.history, title, operations, this.known, mark));
  }

  undo(): void {
    this.attempt(() => undo(this.history, this.known));
  }

  redo(): void {
    this.attempt(() => redo(this.history, this.known));
  }

  /** What is typed next is a step of its own. */
  seal(): void {
    this.history = seal(this.history);
  }

  select(ids: readonly string[]): void {
    if (sameJson(ids, this.selection) && this.edge === null) return;
    this.selection = ids;
    this.edge = null;
    this.tell();
  }

  selectEdge(edge: FlowEdge | null): void {
    if (sameJson(edge, this.edge)) return;
    this.edge = edge;
    if (edge) this.selection = [];
    this.tell();
  }

  setProblems(problems: readonly Problem[]): void {
    if (sameJson(problems, this.problems)) return;
    this.problems = problems;
    this.mark();
    this.tell();
  }

  pin(node: string, pin: Pin | undefined): void {
    const { [node]: _, ...others } = this.pins;
    this.pins = pin ? { ...others, [node]: pin } : others;
    writePins(this.base.id, this.pins);
    this.mark();
    this.tell();
  }

  refuse(why: string | null): void {
    this.refusal = why;
    this.tell();
  }

  /** What was saved is what later edits are compared with. */
  saved(opened: { workflow: Workflow; etag: string | undefined }, sent: Draft): void {
    forget(this.base.id);
    const { id, version } = opened.workflow;
    this.base = { id, version, etag: opened.etag, draft: sent };
    this.restored = null;
    this.keepDraft();
    this.tell();
  }

  /** Goes on from another version, with these steps done on top of it. */
  rebase(opened: { workflow: Workflow; etag: string | undefined }, history: History | undefined): void {
    const draft = this.draftOf(opened.workflow);
    const { id, version } = opened.workflow;
    this.base = { id, version, etag: opened.etag, draft };
    this.history = history ?? begin(draft);
    this.restored = null;
    this.settle();
  }

  discard(): void {
    this.history = begin(this.base.draft);
    this.restored = null;
    this.settle();
  }

  /** What was kept of an earlier visit goes on as if nothing had been in between. */
  keepRestored(): void {
    this.restored = null;
    this.tell();
  }

  savedVersion(): SavedVersion | undefined {
    const { id, version, draft } = this.base;
    return id === undefined ? undefined : { id, version, document: draft.document };
  }

  /** All nodes with where they stand on the canvas, whatever block they lie in. */
  boxes(): Box[] {
    const { places, sizes, bands } = this.arrangement;
    const boxes: Box[] = [];
    const visit = (nodes: readonly FlowNode[], origin: Point) => {
      for (const node of nodes) {
        const place = places.get(node.id) ?? { x: 0, y: 0 };
        const at = { x: origin.x + place.x, y: origin.y + place.y };
        boxes.push({ id: node.id, ...at, ...(sizes.get(node.id) ?? { width: 0, height: 0 }) });
        for (const part of PARTS) {
          const inner = bands.get(node.id)?.find((band) => band.part === part)?.inner;
          const block = node[part];
          if (inner && block) visit(block.nodes, { x: at.x + inner.x, y: at.y + inner.y });
        }
      }
    };
    visit(this.draft.document.nodes, { x: 0, y: 0 });
    return boxes;
  }

  get steps(): readonly Step[] {
    return this.history.done;
  }

  get knowledge(): Known {
    return this.known;
  }

  draftOf(workflow: Pick<Workflow, "document" | "layout">): Draft {
    const document = readDocument(workflow.document);
    if (typeof document === "string") throw new Error(document);
    const graph = readGraph(document, this.catalogue.ports);
    // Every node has a place from the start, so that adding one moves no other.
    return { document, layout: layoutOf(arrange(graph, "right", workflow.layout ?? {})) };
  }

  private attempt(change: () => History): boolean {
    try {
      const history = change();
      this.refusal = null;
      if (history === this.history) return true;
      this.history = history;
      this.settle();
      return true;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.refuse(cause.message);
      return false;
    }
  }

  private settle(): void {
    const { graph, arrangement } = this.arrange();
    this.graph = graph;
    this.arrangement = arrangement;
    const { document } = this.draft;
    this.selection = this.selection.filter((id) => locate(document, id));
    if (this.edge && !locate(document, this.edge.from)) this.edge = null;
    this.mark();
    this.keepDraft();
    this.tell();
  }

  private arrange(): { graph: Graph; arrangement: Arrangement } {
    const graph = readGraph(this.draft.document, this.catalogue.ports);
    return { graph, arrangement: arrange(graph, "right", this.draft.layout) };
  }

  /** Keeps what is unsaved a moment later. */
  private keepDraft(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), KEPT_AFTER_MS);
  }

  /** Keeps it now: the page is about to go. */
  flush(): void {
    clearTimeout(this.timer);
    const before = this.isKept;
    this.keepNow();
    if (before !== this.isKept) this.tell();
  }

  private keepNow(): void {
    if (!this.isDirty) {
      forget(this.base.id);
      this.isKept = true;
      return;
    }
    const { version, etag, draft: base } = this.base;
    const { draft, done } = this.history;
    this.isKept = keep(this.base.id, { version, etag, base, draft, done, at: new Date().toISOString() });
  }

  private mark(): void {
    const messages = new Map<string, string[]>();
    for (const { node, message } of this.problems)
      if (node !== undefined) messages.set(node, [...(messages.get(node) ?? []), message]);
    const marks = new Map<string, NodeMark>();
    for (const id of new Set([...messages.keys(), ...Object.keys(this.pins)])) {
      const mark: NodeMark = { problems: messages.get(id) ?? [], pinned: id in this.pins };
      const before = this.marks.get(id);
      marks.set(id, before && sameJson(before, mark) ? before : mark);
    }
    this.marks = marks;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Reads a part of the store; `read` must return the same reference while nothing changed. */
export function useDesigner<T>(store: DesignerStore, read: (store: DesignerStore) => T): T {
  const snapshot = () => read(store);
  return useSyncExternalStore(store.subscribe, snapshot, snapshot);
}

function emptyDraft(): Draft {
  return { document: { lathe: 1, name: "new_workflow", nodes: [] }, layout: {} };
}

function pinsKey(id: string | undefined): string {
  return `lathe.pins.${id ?? "new"}`;
}

function readPins(id: string | undefined): Record<string, Pin> {
  try {
    const pins: unknown = JSON.parse(localStorage.getItem(pinsKey(id)) ?? "{}");
    return typeof pins === "object" && pins !== null ? (pins as Record<string, Pin>) : {};
  } catch {
    return {};
  }
}

function writePins(id: string | undefined, pins: Readonly<Record<string, Pin>>): void {
  try {
    if (Object.keys(pins).length === 0) localStorage.removeItem(pinsKey(id));
    else localStorage.setItem(pinsKey(id), JSON.stringify(pins));
  } catch {
    // Without storage a pin holds until the page is closed.
  }
}
