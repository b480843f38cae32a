// The canvas on which models are drawn: boxes are dragged, related by their ports, and their fields put in order.
import { t } from "@/lib/i18n";
import "@/components/canvas/canvas.css";
import {
  type Connection,
  type FinalConnectionState,
  type NodeChange,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { LayoutGrid, Plus } from "lucide-react";
import { type RefObject, useCallback, useMemo, useState } from "react";
import { Button } from "@/components/button";
import { drawingOf, Furniture, NARROW, useFlowLabels } from "@/components/canvas/furniture";
import type { Point } from "@/components/canvas/geometry";
import { MANY } from "@/components/canvas/use-arrival";
import { type CanvasHandle, useCanvasHandle } from "@/components/canvas/use-canvas-handle";
import { extentOf, firstView, pointOf } from "@/components/canvas/view";
import { BOX_HEADER, GRID, graphOf, snap } from "../arrangement";
import { type ModelStore, useModels } from "../store";
import { BoxEditingContext } from "./editing";
import { ModelBox } from "./model-box";
import { RelationEdge } from "./relation-edge";
import { useFlowBoxes } from "./use-flow-boxes";

/** Of a phone: how the boxes lie is seen at once, and what is in one by coming nearer. */
const SMALLEST_ON_PHONES = 0.3;
const NODE_TYPES = { model: ModelBox };
const EDGE_TYPES = { relation: RelationEdge };

interface ModelCanvasProps {
  store: ModelStore;
  handle: RefObject<CanvasHandle | null>;
  /** Adds a model, at a place of the canvas, related to one that is there. */
  onAddModel: (place?: Point, relatedTo?: string) => void;
  onAddField: (model: string) => void;
  onRelate: (source: string, target: string) => void;
  onTidy: () => void;
}

export function ModelCanvas(props: ModelCanvasProps) {
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  return (
    <div ref={setFrame} className="lathe-editing h-full w-full bg-canvas">
      {frame && (
        <ReactFlowProvider>
          <Drawing {...props} frame={frame} />
        </ReactFlowProvider>
      )}
    </div>
  );
}

function Drawing({
  store,
  handle,
  onAddModel,
  onAddField,
  onRelate,
  onTidy,
  frame,
}: ModelCanvasProps & { frame: HTMLElement }) {
  const flow = useReactFlow();
  const { nodes, edges, change } = useFlowBoxes(store);
  const labels = useFlowLabels();
  const isApplication = store.home === "application";
  const canRelate = isApplication && !store.isReadOnly;
  const isEmpty = useModels(store, (each) => each.document.models.length === 0);
  const [size] = useState(() => ({ width: frame.clientWidth, height: frame.clientHeight }));
  const [view] = useState(() => {
    const { places, sizes } = store.arrangement;
    const extent = extentOf(graphOf(store.document), places, sizes);
    return firstView(extent, size, "right", size.width < NARROW ? SMALLEST_ON_PHONES : undefined);
  });
  useCanvasHandle(handle, frame, nodes);
  const editing = useMemo(
    () => ({
      onField: (model: string, field: string) => store.selectField(model, field),
      onRelation: store.selectRelation.bind(store),
      onAddField,
      onMoveField: (model: string, from: number, to: number) => {
        const field = store.document.models.find(({ name }) => name === model)?.fields[from]?.name;
        if (field !== undefined)
          store.perform(t("Move {{field}}", { field }), [{ op: "move_field", model, field, at: to }]);
      },
      canRelate,
      isReadOnly: store.isReadOnly,
    }),
    [store, onAddField, canRelate],
  );
  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      change(changes);
      const selects = changes.filter((each) => each.type === "select");
      if (selects.length === 0) return;
      const { models, field } = store.chosen;
      const chosen = new Set(field === null ? models : []);
      for (const each of selects) {
        if (each.selected) chosen.add(each.id);
        else chosen.delete(each.id);
      }
      // A row that was pressed is chosen already: its box is not.
      if (chosen.size === 0 && (field !== null || store.chosen.relation)) return;
      store.select([...chosen]);
    },
    [change, store],
  );
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    if (state.isValid || !state.fromNode || state.fromHandle?.type !== "source") return;
    const from = state.fromNode.id;
    const point = pointOf(event);
    const under = document.elementFromPoint(point.x, point.y)?.closest<HTMLElement>(".react-flow__node");
    const to = state.toNode?.id ?? under?.dataset.id;
    if (to === from) return;
    if (to !== undefined) return onRelate(from, to);
    // Let go over nothing: the model that is meant is not there yet.
    const { x, y } = flow.screenToFlowPosition(point);
    onAddModel({ x, y: y - BOX_HEADER / 2 }, from);
  };
  const drop = (dragged: readonly { id: string; position: Point }[]) => {
    const places = Object.fromEntries(dragged.map(({ id, position }) => [id, snap(position)]));
    store.perform(t("Move"), [{ op: "move", places }]);
  };
  return (
    <BoxEditingContext value={editing}>
      <ReactFlow
        {...drawingOf(nodes.length, MANY)}
        aria-label={t("Models and their relations")}
        ariaLabelConfig={labels}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodes={nodes}
        edges={edges}
        onNodesChange={onNodesChange}
        onEdgeClick={(_, { data }) => data && store.selectRelation(data.relation)}
        onNodeDragStop={(_, __, dragged) => drop(dragged)}
        onSelectionDragStop={(_, dragged) => drop(dragged)}
        onConnect={({ source, target }: Connection) => onRelate(source, target)}
        onConnectEnd={onConnectEnd}
        isValidConnection={() => canRelate}
        nodesDraggable={!store.isReadOnly}
        nodesConnectable={!store.isReadOnly}
        onPaneClick={() => store.select([])}
        connectOnClick={false}
        selectNodesOnDrag={false}
        elevateNodesOnSelect={false}
        disableKeyboardA11y
        snapToGrid
        snapGrid={[GRID, GRID]}
        connectionRadius={28}
        defaultViewport={view}
      >
        <Furniture nodes={nodes.length} width={size.width} gap={GRID * 3} />
        {canRelate && (
          <Panel position="top-left" className="flex gap-1.5">
            <Button onClick={() => onAddModel()} title={t("Add a model (Tab or /)")}>
              <Plus aria-hidden />
              {t("Add model")}
            </Button>
            {!isEmpty && (
              <Button
                onClick={onTidy}
                title={t("Give every box a place that follows from the relations (Shift L)")}
              >
                <LayoutGrid aria-hidden />
                {t("Tidy up")}
              </Button>
            )}
          </Panel>
        )}
      </ReactFlow>
      {isEmpty && (store.isReadOnly ? <NothingDrawn /> : <Beginning onAdd={() => onAddModel()} />)}
    </BoxEditingContext>
  );
}

function NothingDrawn() {
  return (
    <p className="pointer-events-none absolute inset-0 grid place-items-center text-muted">
      {t("It has no models yet.")}
    </p>
  );
}

function Beginning({ onAdd }: { onAdd: () => void }) {
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      <div className="pointer-events-auto max-w-xs space-y-3 text-center">
        <p className="text-muted">
          {t(
            "An application begins with its first model: a kind of record that it keeps, such as books or customers.",
          )}
        </p>
        <Button weight="primary" onClick={onAdd}>
          <Plus aria-hidden />
          {t("Add the first model")}
        </Button>
      </div>
    </div>
  );
}
