// What React Flow is given to draw. A node that did not change stays the same object, so that only what changed renders.
import { applyNodeChanges, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { drawArranged } from "@/components/canvas/draw";
import type { CanvasEdge } from "@/components/canvas/edge-ends";
import type { CardData, CardNode } from "@/components/canvas/node-card";
import { drawNotes, isNote, type NoteNode } from "@/components/canvas/notes";
import { sameJson } from "@/lib/same-json";
import { type DesignerStore, useDesigner } from "../store";

export function useFlowNodes(store: DesignerStore) {
  const arrangement = useDesigner(store, (each) => each.arrangement);
  const selection = useDesigner(store, (each) => each.selection);
  const chosenEdge = useDesigner(store, (each) => each.edge);
  const drawn = useMemo(() => drawArranged(store.graph, arrangement, "right"), [store, arrangement]);
  const [nodes, setNodes] = useState<CardNode[]>(drawn.nodes);
  useEffect(() => setNodes((before) => reuse(drawn.nodes, before)), [drawn]);
  const [plainEdges, setEdges] = useState(drawn.edges);
  useEffect(() => setEdges((before) => reuseEdges(drawn.edges, before)), [drawn]);

  const layout = useDesigner(store, (each) => each.draft.layout);
  const [notes, setNotes] = useState<NoteNode[]>(() => drawNotes(layout, true));
  useEffect(
    () =>
      setNotes((before) =>
        drawNotes(layout, true).map((note) => {
          const old = before.find(({ id }) => id === note.id);
          return old && sameJson(old, note) ? old : note;
        }),
      ),
    [layout],
  );

  const chosen = useMemo(() => new Set(selection), [selection]);
  const marked = useMemo(() => nodes.map((node) => marking(node, chosen)), [nodes, chosen]);
  const markedNotes = useMemo(() => notes.map((note) => marking(note, chosen)), [notes, chosen]);
  const edges = useMemo(
    () =>
      plainEdges.map((edge) => {
        const selected =
          chosenEdge !== null &&
          edge.source === chosenEdge.from &&
          edge.target === chosenEdge.to &&
          edge.port === (chosenEdge.port ?? "out");
        return selected ? { ...edge, selected } : edge;
      }),
    [plainEdges, chosenEdge],
  );
  const change = useCallback((changes: NodeChange[]) => {
    const own = changes.filter((each) => each.type === "position" || each.type === "dimensions");
    const [ofNotes, ofCards] = [own.filter(({ id }) => isNote(id)), own.filter(({ id }) => !isNote(id))];
    if (ofCards.length > 0) setNodes((before) => applyNodeChanges(ofCards as NodeChange<CardNode>[], before));
    if (ofNotes.length > 0) setNotes((before) => applyNodeChanges(ofNotes as NodeChange<NoteNode>[], before));
  }, []);
  const all = useMemo(() => [...markedNotes, ...marked], [markedNotes, marked]);
  return { cards: marked, nodes: all, edges, change };
}

function marking<T extends { id: string; selected?: boolean }>(node: T, chosen: ReadonlySet<string>): T {
  const selected = chosen.has(node.id);
  return (node.selected ?? false) === selected ? node : { ...node, selected };
}

function reuse(fresh: readonly CardNode[], before: readonly CardNode[]): CardNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return fresh.map((node) => {
    const old = known.get(node.id);
    if (!old) return node;
    const data = sameData(old.data, node.data) ? old.data : node.data;
    const isSame =
      data === old.data &&
      old.position.x === node.position.x &&
      old.position.y === node.position.y &&
      old.parentId === node.parentId;
    if (isSame) return old;
    const sizeStays = old.width === node.width && old.height === node.height;
    return { ...node, data, ...(sizeStays && old.measured && { measured: old.measured }) };
  });
}

function sameData(a: CardData, b: CardData): boolean {
  return (
    a.node.source === b.node.source &&
    a.hasTarget === b.hasTarget &&
    a.part === b.part &&
    sameJson(a.node.ports, b.node.ports) &&
    sameJson(a.size, b.size) &&
    sameJson(a.bands, b.bands)
  );
}

function reuseEdges(fresh: CanvasEdge[], before: readonly CanvasEdge[]): CanvasEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  return fresh.map((edge) => {
    const old = known.get(edge.id);
    return old && sameJson(old, edge) ? old : edge;
  });
}
