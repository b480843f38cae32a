// What is being edited, outside of React: a change re-renders what reads it, and nothing else.
import type { Workflow } from "@/api/types";
import { type Arrangement, arrange } from "@/components/canvas/arrange";
import type { Point } from "@/components/canvas/geometry";
import { type Graph, readGraph } from "@/components/canvas/graph";
import type { MarkSource, NodeMark } from "@/components/canvas/marks";
import { isNote, notesOf } from "@/components/canvas/notes";
import type { Box } from "@/components/canvas/walk";
import { EditStore } from "@/lib/edit-store";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { useStore } from "@/lib/use-store";
import { type Catalogue, knownOf } from "./catalogue";
import { isNewInUse, keep, keyOf, nameOfNew, recall } from "./draft-storage";
import { layoutOf } from "./gestures";
import {
  type Draft,
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  locate,
  nodesOf,
  PARTS,
  readDocument,
  sameEdge,
} from "./operations/document";
import { type History, languageOf } from "./operations/history";
import type { Known, Operation } from "./operations/operation";
import { type KeptPins, PinKeeper, type PinServer } from "./pins/pin-keeper";
import type { Pin, Pins } from "./pins/pins";
import { dropAbandoned } from "./pins/unsent-pins";
import { edgeId, type Problem } from "./problems";

export { useStore as useDesigner };

/** The version that is being edited; none for a workflow that was never saved. */
export interface Base {
  id: string | undefined;
  version: number;
  etag: string | undefined;
  draft: Draft;
}

/** A version that the server has, to be run. */
export interface SavedVersion {
  id: string;
  version: number;
  document: FlowDocument;
}

export class DesignerStore extends EditStore<Draft, Operation, Base> implements MarkSource {
  private marks: ReadonlyMap<string, NodeMark> = new Map();
  private faultyEdges: ReadonlySet<string> = new Set();
  private readonly known: Known;
  graph: Graph;
  arrangement: Arrangement;
  /** Nodes and notes. */
  selection: readonly string[] = [];
  edge: FlowEdge | null = null;
  problems: readonly Problem[] = [];
  readonly pinning: PinKeeper;
  /** What was typed as pinned data and is no JSON yet, by node. */
  pinTexts: ReadonlyMap<string, string> = new Map();
  /** What was unpinned here last, by node. */
  unpinned: ReadonlyMap<string, { pin: Pin; text: string | undefined }> = new Map();
  /** What this page has left pinned under names that nodes had before; null is nothing. */
  private readonly leftPins = new Map<string, Pin | null>();

  constructor(
    readonly catalogue: Catalogue,
    opened: { workflow: Workflow; etag: string | undefined } | undefined,
    pins: { server: PinServer; kept: KeptPins | undefined },
    /** For somebody who may only look: nothing is changed, and nothing of an earlier visit comes back. */
    readonly isReadOnly = false,
  ) {
    const id = opened?.workflow.id;
    const draft = opened ? draftOf(catalogue, opened.workflow) : emptyDraft();
    const known = knownOf(catalogue.kinds);
    super(languageOf(known), { id, version: opened?.workflow.version ?? 0, etag: opened?.etag, draft });
    this.known = known;
    const changed = () => {
      this.mark();
      this.tell();
    };
    const kept = isReadOnly ? undefined : recall(id);
    this.pinning = new PinKeeper(id, pins.kept, pins.server, changed, isReadOnly, () => nameOfNew());
    if (kept) {
      const base = { id, version: kept.version, etag: kept.etag ?? opened?.etag, draft: kept.base };
      this.takeUp(base, { draft: kept.draft, done: kept.done, undone: [] }, kept.at);
    }
    const { graph, arrangement } = this.arrange();
    this.graph = graph;
    this.arrangement = arrangement;
    // Pins of one that was begun before, and of which nothing was kept, are not for this one.
    if (id === undefined && !kept) this.pinning.dropNew();
    if (id === undefined && !isReadOnly) dropAbandoned(isNewInUse);
    this.mark();
  }

  readonly markOf = (node: string): NodeMark | undefined => this.marks.get(node);

  readonly isEdgeFaulty = (edge: string): boolean => this.faultyEdges.has(edge);

  override perform(title: string, operations: Operation[], mark?: string): boolean {
    if (this.isReadOnly) {
      this.refuse(t("For reading only: changing it takes another role."));
      return false;
    }
    if (!super.perform(title, operations, mark)) return false;
    this.changePins(operations);
    return true;
  }

  override undo(): void {
    const { done } = this.history;
    super.undo();
    if (this.history.done !== done) this.changePins(done.at(-1)?.inverse ?? [], true);
  }

  override redo(): void {
    const { undone } = this.history;
    super.redo();
    if (this.history.undone !== undone) this.changePins(undone.at(-1)?.operations ?? [], true);
  }

  override discard(): void {
    super.discard();
    this.leftPins.clear();
    this.pinning.dropNew();
  }

  select(ids: readonly string[]): void {
    if (sameJson(ids, this.selection) && this.edge === null) return;
    // What a list or the canvas still shows may be gone by now.
    this.selection = ids.filter((id) => this.has(id));
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

  get pins(): Pins {
    return this.pinning.pins;
  }

  /** A step like any other, and no edit of what is saved. */
  pin(node: string, pin: Pin | undefined, mark?: string): void {
    const before = this.pins[node] ?? null;
    if (sameJson(pin ?? null, before)) {
      this.writePin(node, undefined);
      return;
    }
    const title =
      pin === undefined
        ? t("Unpin {{node}}", { node })
        : before
          ? t("Change what is pinned to {{node}}", { node })
          : t("Pin data to {{node}}", { node });
    this.perform(title, [{ op: "pin", node, pin: pin ?? null, before }], mark);
  }

  /** Pins what is JSON; whatever else is typed stays as it is until it is some. */
  typePin(node: string, text: string): void {
    let output: unknown;
    try {
      output = JSON.parse(text);
    } catch {
      this.writePin(node, text);
      return;
    }
    this.pin(node, { ...this.pins[node], output }, `pin ${node}`);
  }

  /** What was pinned can be pinned again: it may have been written by hand. */
  unpin(node: string): void {
    const pin = this.pins[node];
    const text = this.pinTexts.get(node);
    this.pin(node, undefined);
    if (!pin) return;
    this.unpinned = new Map(this.unpinned).set(node, { pin, text });
    this.tell();
  }

  pinAgain(node: string): void {
    const before = this.unpinned.get(node);
    if (before) this.pin(node, before.pin);
  }

  /** What was done, taken back or done again, is done to the pins, which are not in the draft. */
  private changePins(operations: readonly Operation[], isWayBack = false): void {
    for (const each of operations) {
      if (each.op === "rename_node") this.movePin(each.id, each.to, isWayBack);
      if (each.op === "pin") this.replacePin(each.node, each.pin, each.before);
    }
  }

  /** Pins are everybody's: what somebody else has done to one since is not theirs to lose by another's undo. */
  private replacePin(node: string, pin: Pin | null, before: Pin | null): void {
    const now = this.pins[node] ?? null;
    if (sameJson(now, before)) this.setPin(node, pin);
    else if (!sameJson(now, pin))
      this.refuse(
        now === null
          ? t("Nothing is pinned to {{node}} any more: it stays so.", { node })
          : t("Something else is pinned to {{node}} by now: it stays.", { node }),
      );
  }

  /**
   * A node has another name: what is pinned to it, and what is being written there, goes along. Until that is saved, the
   * node is called as before for everybody else, so it stays pinned under both, and may be pinned otherwise under the one
   * that it had. Of a rename that an earlier visit did, nobody knows any more what was left there.
   */
  private movePin(node: string, to: string, isWayBack: boolean): void {
    const pin = this.pins[node];
    const left = this.leftPins.get(to);
    this.leftPins.delete(to);
    this.leftPins.set(node, pin ?? null);
    if (!pin) return;
    const before = left !== undefined ? left : isWayBack ? null : (this.pins[to] ?? null);
    this.replacePin(to, pin, before);
    this.writePin(to, this.pinTexts.get(node));
  }

  /** What was unpinned while it was half written is half written again. */
  private setPin(node: string, pin: Pin | null): void {
    const before = this.unpinned.get(node);
    this.unpinned = without(this.unpinned, node);
    this.writePin(node, pin && before && sameJson(before.pin, pin) ? before.text : undefined);
    if (this.leftPins.has(node)) this.leftPins.set(node, pin);
    this.pinning.set(node, pin ?? undefined);
  }

  private writePin(node: string, text: string | undefined): void {
    if (text === this.pinTexts.get(node)) return;
    this.pinTexts =
      text === undefined ? without(this.pinTexts, node) : new Map(this.pinTexts).set(node, text);
    this.tell();
  }

  /** What was saved is what later edits are compared with. */
  saved(opened: { workflow: Workflow; etag: string | undefined }, sent: Draft): void {
    this.forgetUnsaved();
    const before = this.textName;
    const { id, version } = opened.workflow;
    // Of what was taken away for good, or was called so for a while only, nothing stays pinned that nobody could see.
    const nodes = new Set([...nodesOf(sent.document)].map((node) => node.id));
    const had = [...nodesOf(this.base.draft.document)].map((node) => node.id);
    for (const gone of [...had, ...this.pinning.own])
      if (!nodes.has(gone) && !locate(this.draft.document, gone)) this.setPin(gone, null);
    this.pinning.belongTo(id);
    this.base = { id, version, etag: opened.etag, draft: sent };
    this.moveText(before);
    this.restored = null;
    this.keepSoon();
    this.tell();
  }

  /** Goes on from another version, with these steps done on top of it. */
  rebase(opened: { workflow: Workflow; etag: string | undefined }, history: History | undefined): void {
    const { id, version } = opened.workflow;
    this.goOnFrom({ id, version, etag: opened.etag, draft: this.draftOf(opened.workflow) }, history);
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

  get knowledge(): Known {
    return this.known;
  }

  draftOf(workflow: Pick<Workflow, "document" | "layout">): Draft {
    return draftOf(this.catalogue, workflow);
  }

  protected derive(): void {
    const { graph, arrangement } = this.arrange();
    this.graph = graph;
    this.arrangement = arrangement;
    const { document } = this.draft;
    this.selection = this.selection.filter((id) => this.has(id));
    const { edge } = this;
    const edges = (edge && locate(document, edge.from)?.block.edges) ?? [];
    if (edge && !edges.some((each) => sameEdge(each, edge))) this.edge = null;
    this.mark();
  }

  protected get draftKey(): string {
    return keyOf(this.base.id);
  }

  protected keepUnsaved(): boolean {
    const { id, version, etag, draft: base } = this.base;
    const { draft, done } = this.history;
    return keep(id, { version, etag, base, draft, done, at: new Date().toISOString() });
  }

  /** Whether there is such a node or note. */
  private has(id: string): boolean {
    const { document, layout } = this.draft;
    return isNote(id) ? id in layout : locate(document, id) !== undefined;
  }

  private arrange(): { graph: Graph; arrangement: Arrangement } {
    const graph = readGraph(this.draft.document, this.catalogue.ports);
    return { graph, arrangement: arrange(graph, "right", this.draft.layout) };
  }

  private mark(): void {
    this.faultyEdges = new Set(this.problems.flatMap(({ edge }) => (edge ? [edgeId(edge)] : [])));
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
}

function draftOf(catalogue: Catalogue, workflow: Pick<Workflow, "document" | "layout">): Draft {
  const document = readDocument(workflow.document);
  if (typeof document === "string") throw new Error(document);
  const graph = readGraph(document, catalogue.ports);
  // Every node has a place from the start, so that adding one moves no other.
  const places = layoutOf(arrange(graph, "right", workflow.layout ?? {}));
  return { document, layout: { ...places, ...notesOf(workflow.layout) } };
}

function without<T>(all: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  return all.has(key) ? new Map([...all].filter(([each]) => each !== key)) : all;
}

function emptyDraft(): Draft {
  return { document: { lathe: 1, name: "new_workflow", nodes: [] }, layout: {} };
}
