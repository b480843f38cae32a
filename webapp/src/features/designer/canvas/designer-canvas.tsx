// The canvas on which a workflow is edited: nodes are dragged, connected by their ports, put into blocks and out of them.
import "@/components/canvas/canvas.css";
import {
  type Connection,
  type Edge,
  type FinalConnectionState,
  type Node,
  type NodeChange,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { Plus, StickyNote } from "lucide-react";
import { type MouseEvent as ReactMouseEvent, type RefObject, useCallback, useMemo, useState } from "react";
import { Button } from "@/components/button";
import type { CanvasEdge } from "@/components/canvas/edge-ends";
import { EdgeLayer } from "@/components/canvas/edge-layer";
import { drawingOf, Furniture, useFlowLabels } from "@/components/canvas/furniture";
import { EditingContext, MarkContext } from "@/components/canvas/marks";
import { ProgressContext, type ProgressSource } from "@/components/canvas/progress";
import { useArrival } from "@/components/canvas/use-arrival";
import { type CanvasHandle, useCanvasHandle } from "@/components/canvas/use-canvas-handle";
import { useFollowRunning } from "@/components/canvas/use-follow";
import { extentOf, firstView, isCut, pointOf } from "@/components/canvas/view";
import { t } from "@/lib/i18n";
import { GRID, type Target } from "../gestures";
import { noteEditing } from "../notes";
import { connectFault } from "../operations/edges";
import { type DesignerStore, useDesigner } from "../store";
import { dropNodes, placeInBlock } from "./drop";
import { useFlowNodes } from "./use-flow-nodes";
import { useShowUndone } from "./use-show-undone";

const SNAP: [number, number] = [GRID, GRID];

interface DesignerCanvasProps {
  store: DesignerStore;
  progress: ProgressSource | null;
  handle: RefObject<CanvasHandle | null>;
  onAdd: (target: Target) => void;
  onNote: () => void;
}

export function DesignerCanvas(props: DesignerCanvasProps) {
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  return (
    <div ref={setFrame} className="lathe-editing h-full w-full bg-canvas">
      {frame && (
        <ReactFlowProvider>
          <ProgressContext value={props.progress}>
            <MarkContext value={props.store}>
              <Drawing {...props} frame={frame} />
            </MarkContext>
          </ProgressContext>
        </ReactFlowProvider>
      )}
    </div>
  );
}

function Drawing({ store, handle, onAdd, onNote, frame }: DesignerCanvasProps & { frame: HTMLElement }) {
  const graph = useDesigner(store, (each) => each.graph);
  const { cards, nodes, edges, change } = useFlowNodes(store);
  const labels = useFlowLabels();
  const [size] = useState(() => ({ width: frame.clientWidth, height: frame.clientHeight }));
  const [{ view, cut }] = useState(() => {
    const extent = extentOf(graph, store.arrangement.places, store.arrangement.sizes);
    const first = firstView(extent, size, "right");
    return { view: first, cut: isCut(extent, size, first) };
  });
  const come = useArrival(nodes, view, size);
  const stopFollowing = useFollowRunning(cards, frame);
  const onMoveStart = useCallback(
    (event: MouseEvent | TouchEvent | null) => event && stopFollowing(),
    [stopFollowing],
  );
  useCanvasHandle(handle, frame, come);
  useShowUndone(store, frame);
  const editing = useMemo(
    () => ({
      onPort: (node: string, port: string) => onAdd({ after: { node, port } }),
      onBand: (node: string, part: string) =>
        onAdd({ in: { node, part: part as "body" | "catch" | "finally" | "undo" } }),
      onEdge: ({ from, port, to }: { from: string; port: string; to: string }) =>
        onAdd({ edge: { from, to, ...(port !== "out" && { port }) } }),
      notes: noteEditing(store),
    }),
    [onAdd, store],
  );
  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      change(changes);
      const selects = changes.filter((each) => each.type === "select");
      if (selects.length === 0) return;
      const chosen = new Set(store.selection);
      for (const each of selects) {
        if (each.selected) chosen.add(each.id);
        else chosen.delete(each.id);
      }
      store.select([...chosen]);
    },
    [change, store],
  );
  const selectEdge = useCallback((edge: CanvasEdge) => store.selectEdge(flowEdge(edge)), [store]);
  const handlers = useHandlers(store, frame, onAdd);
  return (
    <EditingContext value={store.isReadOnly ? null : editing}>
      <ReactFlow
        {...drawingOf(cards.length)}
        ariaLabelConfig={labels}
        nodes={come}
        onNodesChange={onNodesChange}
        {...handlers}
        onMoveStart={onMoveStart}
        nodesDraggable={!store.isReadOnly}
        nodesConnectable={!store.isReadOnly}
        connectOnClick={false}
        selectNodesOnDrag={false}
        elevateNodesOnSelect={false}
        disableKeyboardA11y
        // Space chooses, as in every list; who drags the background moves it without a key.
        panActivationKeyCode={null}
        snapToGrid
        snapGrid={SNAP}
        connectionRadius={28}
        defaultViewport={view}
      >
        <EdgeLayer nodes={come} edges={edges} onSelect={selectEdge} />
        <Furniture nodes={cards.length} width={size.width} gap={GRID * 2} isCut={cut} />
        {!store.isReadOnly && (
          <Panel position="top-left">
            <Button onClick={() => onAdd({})} title={t("Add a node (Tab or /)")}>
              <Plus aria-hidden />
              {t("Add node")}
            </Button>
            <Button
              className="ml-1.5 px-2"
              onClick={onNote}
              aria-label={t("Add a note")}
              title={t("Add a note (N)")}
            >
              <StickyNote aria-hidden />
            </Button>
          </Panel>
        )}
      </ReactFlow>
      {cards.length === 0 && !store.isReadOnly && <Beginning onAdd={() => onAdd({})} />}
    </EditingContext>
  );
}

/**
 * What is done on the canvas. These stay the same functions: for each that is another one, React Flow asks all nodes and
 * edges whether anything has changed for them, and while a node is dragged everything here is drawn at each move.
 */
function useHandlers(store: DesignerStore, frame: HTMLElement, onAdd: (target: Target) => void) {
  const flow = useReactFlow();
  return useMemo(() => {
    const connect = (from: string, port: string, to: string) =>
      store.perform(t("Connect"), [{ op: "connect", from, to, ...(port !== "out" && { port }) }]);
    const dragging = (is: boolean) => frame.classList.toggle("lathe-dragging", is);
    // React Flow says so once the mouse has moved; it says nothing of the end when the node is gone by then.
    const drag = () => {
      dragging(true);
      window.addEventListener("pointerup", () => dragging(false), { once: true });
    };
    const drop = (dragged: Node[]) => {
      dragging(false);
      dropNodes(flow, store, dragged);
    };
    return {
      onNodeDragStart: drag,
      onSelectionDragStart: drag,
      onNodeClick: (event: ReactMouseEvent, node: Node) => {
        // Of several chosen ones, the one that is clicked is meant alone.
        const isMore = event.shiftKey || event.ctrlKey || event.metaKey;
        if (!isMore && store.selection.length > 1) store.select([node.id]);
      },
      onNodeDragStop: (_: unknown, __: unknown, dragged: Node[]) => drop(dragged),
      onSelectionDragStop: (_: unknown, dragged: Node[]) => drop(dragged),
      onPaneClick: () => store.select([]),
      onConnect: ({ source, sourceHandle, target }: Connection) =>
        connect(source, sourceHandle ?? "out", target),
      isValidConnection: ({ source, sourceHandle, target }: Connection | Edge) =>
        connectFault(store.draft, {
          from: source,
          to: target,
          ...(sourceHandle && sourceHandle !== "out" && { port: sourceHandle }),
        }) === undefined,
      onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
        if (state.isValid || !state.fromNode || state.fromHandle?.type !== "source") return;
        const from = state.fromNode.id;
        const port = state.fromHandle.id ?? "out";
        const point = pointOf(event);
        const under = document.elementFromPoint(point.x, point.y)?.closest<HTMLElement>(".react-flow__node");
        const to = state.toNode?.id ?? under?.dataset.id;
        // A node dropped into its own block means that block, not itself.
        const isOwnBlock = to !== undefined && to === state.fromNode.parentId;
        if (to !== undefined && to !== from && !isOwnBlock) connect(from, port, to);
        else if (to !== from) {
          const place = placeInBlock(flow, store, from, flow.screenToFlowPosition(point));
          onAdd({ after: { node: from, port }, place });
        }
      },
    };
  }, [flow, store, frame, onAdd]);
}

function Beginning({ onAdd }: { onAdd: () => void }) {
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      <div className="pointer-events-auto max-w-xs space-y-3 text-center">
        <p className="text-muted">
          {t("A workflow begins with its first node: something to compute, to call, or to wait for.")}
        </p>
        <Button weight="primary" onClick={onAdd}>
          <Plus aria-hidden />
          {t("Add the first node")}
        </Button>
      </div>
    </div>
  );
}

function flowEdge({ source, port, target }: CanvasEdge) {
  return { from: source, to: target, ...(port !== "out" && { port }) };
}
