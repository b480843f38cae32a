// A workflow drawn as a graph to look at: pan, zoom, choose a node. While a run is given, its progress is shown.
import "./canvas.css";
import {
  Background,
  BackgroundVariant,
  MiniMap,
  type NodeChange,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { Layout } from "@/api/types";
import { Button } from "@/components/button";
import { drawGraph } from "./draw";
import { type PortsByKind, readGraph } from "./graph";
import { NodeCard } from "./node-card";
import { ProgressContext, type ProgressSource } from "./progress";
import { ProgressEdge } from "./progress-edge";
import { useFollowRunning } from "./use-follow";
import { extentOf, firstView } from "./view";

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { progress: ProgressEdge };
const NARROW = 640;
const MINIMAP_FROM = 14;
const FIT = { padding: 0.08, maxZoom: 1.1 };

interface WorkflowCanvasProps {
  document: unknown;
  layout: Layout | null | undefined;
  ports: PortsByKind;
  progress: ProgressSource | null;
  selected: string | null;
  onSelect: (node: string | null) => void;
}

export function WorkflowCanvas(props: WorkflowCanvasProps) {
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  return (
    <div ref={setFrame} className="h-full w-full bg-canvas">
      {frame && (
        <ReactFlowProvider>
          <ProgressContext value={props.progress}>
            <Drawing {...props} frame={frame} />
          </ProgressContext>
        </ReactFlowProvider>
      )}
    </div>
  );
}

function Drawing({
  document,
  layout,
  ports,
  selected,
  onSelect,
  frame,
}: WorkflowCanvasProps & { frame: HTMLElement }) {
  const graph = useMemo(() => readGraph(document, ports), [document, ports]);
  const [size] = useState(() => ({ width: frame.clientWidth, height: frame.clientHeight }));
  const drawn = useMemo(() => drawGraph(graph, layout, size), [graph, layout, size]);
  const view = useMemo(() => {
    const { places, sizes } = drawn.arrangement;
    return firstView(extentOf(graph, places, sizes), size, drawn.direction);
  }, [graph, drawn, size]);
  const stopFollowing = useFollowRunning(drawn.nodes, frame);
  const nodes = useMemo(
    () => drawn.nodes.map((node) => (node.id === selected ? { ...node, selected: true } : node)),
    [drawn, selected],
  );
  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      const chosen = changes.find((change) => change.type === "select" && change.selected);
      if (chosen && "id" in chosen) onSelect(chosen.id);
      else if (changes.some((change) => change.type === "select" && change.id === selected)) onSelect(null);
    },
    [onSelect, selected],
  );
  if (graph.nodes.length === 0) return <Empty>This workflow has no nodes yet.</Empty>;
  return (
    <ReactFlow
      nodes={nodes}
      edges={drawn.edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onNodesChange={onNodesChange}
      onMoveStart={(event) => event && stopFollowing()}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      multiSelectionKeyCode={null}
      selectionKeyCode={null}
      zoomOnDoubleClick={false}
      minZoom={0.15}
      maxZoom={2}
      defaultViewport={view}
      onlyRenderVisibleElements={drawn.nodes.length > 150}
      aria-label="Workflow graph"
    >
      <Background variant={BackgroundVariant.Dots} gap={22} size={1.5} />
      <ZoomButtons />
      {drawn.nodes.length >= MINIMAP_FROM && size.width >= NARROW && (
        <MiniMap pannable zoomable ariaLabel="Minimap" style={{ width: 150, height: 100 }} />
      )}
    </ReactFlow>
  );
}

function ZoomButtons() {
  const flow = useReactFlow();
  return (
    <Panel position="bottom-left" className="flex gap-1 rounded-lg border border-line bg-raised p-0.5">
      <Button
        weight="quiet"
        className="px-2 pointer-coarse:hidden"
        aria-label="Zoom in"
        onClick={() => flow.zoomIn({ duration: 120 })}
      >
        <ZoomIn aria-hidden />
      </Button>
      <Button
        weight="quiet"
        className="px-2 pointer-coarse:hidden"
        aria-label="Zoom out"
        onClick={() => flow.zoomOut({ duration: 120 })}
      >
        <ZoomOut aria-hidden />
      </Button>
      <Button
        weight="quiet"
        className="px-2"
        aria-label="Show the whole graph"
        onClick={() => flow.fitView({ ...FIT, duration: 160 })}
      >
        <Maximize aria-hidden />
      </Button>
    </Panel>
  );
}

function Empty({ children }: { children: ReactNode }) {
  return <p className="grid h-full place-items-center text-muted">{children}</p>;
}
