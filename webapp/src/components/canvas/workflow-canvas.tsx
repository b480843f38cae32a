// A workflow drawn as a graph to look at: pan, zoom, choose a node. While a run is given, its progress is shown.
import { t } from "@/lib/i18n";
import "./canvas.css";
import { type NodeChange, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { Layout } from "@/api/types";
import { drawGraph } from "./draw";
import { EdgeLayer } from "./edge-layer";
import { drawingOf, Furniture, useFlowLabels } from "./furniture";
import { type PortsByKind, readGraph } from "./graph";
import { drawNotes } from "./notes";
import { ProgressContext, type ProgressSource } from "./progress";
import { useArrival } from "./use-arrival";
import { useFollowRunning } from "./use-follow";
import { extentOf, firstView } from "./view";

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
  const labels = useFlowLabels();
  const view = useMemo(() => {
    const { places, sizes } = drawn.arrangement;
    return firstView(extentOf(graph, places, sizes), size, drawn.direction);
  }, [graph, drawn, size]);
  const stopFollowing = useFollowRunning(drawn.nodes, frame);
  const nodes = useMemo(
    () => [
      ...drawNotes(layout),
      ...drawn.nodes.map((node) => (node.id === selected ? { ...node, selected: true } : node)),
    ],
    [drawn, layout, selected],
  );
  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      const chosen = changes.find((change) => change.type === "select" && change.selected);
      if (chosen && "id" in chosen) onSelect(chosen.id);
      else if (changes.some((change) => change.type === "select" && change.id === selected)) onSelect(null);
    },
    [onSelect, selected],
  );
  const come = useArrival(nodes, view, size);
  if (graph.nodes.length === 0) return <Empty>{t("This workflow has no nodes yet.")}</Empty>;
  return (
    <ReactFlow
      {...drawingOf(drawn.nodes.length)}
      ariaLabelConfig={labels}
      nodes={come}
      onNodesChange={onNodesChange}
      onMoveStart={(event) => event && stopFollowing()}
      nodesDraggable={false}
      nodesConnectable={false}
      multiSelectionKeyCode={null}
      selectionKeyCode={null}
      // A block that rises would cover the edges in it.
      elevateNodesOnSelect={false}
      defaultViewport={view}
    >
      <EdgeLayer nodes={come} edges={drawn.edges} />
      <Furniture nodes={drawn.nodes.length} width={size.width} gap={22} />
    </ReactFlow>
  );
}

function Empty({ children }: { children: ReactNode }) {
  return <p className="grid h-full place-items-center text-muted">{children}</p>;
}
