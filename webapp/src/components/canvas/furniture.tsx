// What every canvas has around its graph, whether it is looked at or edited: how it is drawn, zoom, and an overview.
import { Background, BackgroundVariant, MiniMap, Panel, useReactFlow, useStore } from "@xyflow/react";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useMemo } from "react";
import { Button } from "@/components/button";
import { NodeCard } from "./node-card";
import { NoteCard } from "./note-card";
import { ProgressEdge } from "./progress-edge";
import { FAR, useMoving } from "./use-moving";

const NARROW = 640;
const MINIMAP_FROM = 14;
const MANY = 150;
const VERY_MANY = 1500;
const FIT = { padding: 0.08, maxZoom: 1.1 };

/** What React Flow is told of a graph of so many nodes. */
export function drawingOf(nodes: number) {
  return {
    nodeTypes: NODE_TYPES,
    edgeTypes: EDGE_TYPES,
    edgesFocusable: false,
    deleteKeyCode: null,
    zoomOnDoubleClick: false,
    minZoom: 0.15,
    maxZoom: 2,
    onlyRenderVisibleElements: nodes > MANY,
    "aria-label": "Workflow graph",
  };
}

/** From far away a node is little to draw, and drawing it again whenever it comes into view would cost more. */
export function useDrawing(nodes: number) {
  const isFar = useStore((state) => state.transform[2] < FAR);
  return { ...drawingOf(nodes), onlyRenderVisibleElements: nodes > (isFar ? VERY_MANY : MANY) };
}

const NODE_TYPES = { card: NodeCard, note: NoteCard };
const EDGE_TYPES = { progress: ProgressEdge };

export function useZoom() {
  const flow = useReactFlow();
  return useMemo(
    () => ({
      fit: () => flow.fitView({ ...FIT, duration: 160 }),
      zoom: (by: 1 | -1) => (by > 0 ? flow.zoomIn({ duration: 120 }) : flow.zoomOut({ duration: 120 })),
    }),
    [flow],
  );
}

interface FurnitureProps {
  nodes: number;
  /** Of the canvas, in pixels. */
  width: number;
  /** Between the dots of the background. */
  gap: number;
}

export function Furniture({ nodes, width, gap }: FurnitureProps) {
  const view = useZoom();
  useMoving();
  return (
    <>
      <Background variant={BackgroundVariant.Dots} gap={gap} size={1.5} />
      <Panel position="bottom-left" className="flex gap-1 rounded-lg border border-line bg-raised p-0.5">
        <Button
          weight="quiet"
          className="px-2 pointer-coarse:hidden"
          aria-label="Zoom in"
          onClick={() => view.zoom(1)}
        >
          <ZoomIn aria-hidden />
        </Button>
        <Button
          weight="quiet"
          className="px-2 pointer-coarse:hidden"
          aria-label="Zoom out"
          onClick={() => view.zoom(-1)}
        >
          <ZoomOut aria-hidden />
        </Button>
        <Button weight="quiet" className="px-2" aria-label="Show the whole graph" onClick={() => view.fit()}>
          <Maximize aria-hidden />
        </Button>
      </Panel>
      {nodes >= MINIMAP_FROM && width >= NARROW && (
        <MiniMap pannable zoomable ariaLabel="Minimap" style={{ width: 150, height: 100 }} />
      )}
    </>
  );
}
