// What every canvas has around its graph, whether it is looked at or edited: how it is drawn, zoom, and an overview.

import { Panel, useReactFlow, useStoreApi } from "@xyflow/react";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useMemo } from "react";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";
import { Dots } from "./dots";
import { Minimap } from "./minimap";
import { lasting } from "./motion";
import { NodeCard } from "./node-card";
import { NoteCard } from "./note-card";
import { VERY_MANY } from "./use-arrival";
import { useMoving } from "./use-moving";
import { fitZoom } from "./view";

/** A canvas of less pixels is that of a phone. */
export const NARROW = 640;
/** So much the buttons and the minimap take beside each other. */
const NARROWEST = 340;
const MINIMAP_FROM = 14;
/** As far away as one goes, unless all of the graph takes more. */
const FARTHEST = 0.15;
const FIT = { padding: 0.08, maxZoom: 1.1, includeHiddenNodes: true };

/** What React Flow is told of a graph of so many nodes; of more than `most` only what is in view is drawn. */
export function drawingOf(nodes: number, most: number = VERY_MANY) {
  return {
    nodeTypes: NODE_TYPES,
    edgesFocusable: false,
    deleteKeyCode: null,
    zoomOnDoubleClick: false,
    minZoom: FARTHEST,
    maxZoom: 2,
    onlyRenderVisibleElements: nodes > most,
    "aria-label": t("Workflow graph"),
  };
}

/** What React Flow itself says; the same object as long as the canvas stands, or it would be told anew at each drawing. */
export function useFlowLabels() {
  return useMemo(
    () => ({
      "node.a11yDescription.default": t(
        "Press enter or space to select a node. Press delete to remove it and escape to cancel.",
      ),
      "node.a11yDescription.keyboardDisabled": t(
        "Press enter or space to select a node. You can then use the arrow keys to move the node around. Press delete to remove it and escape to cancel.",
      ),
      "edge.a11yDescription.default": t(
        "Press enter or space to select an edge. You can then press delete to remove it or escape to cancel.",
      ),
      "handle.ariaLabel": t("Handle"),
    }),
    [],
  );
}

const NODE_TYPES = { card: NodeCard, note: NoteCard };

export function useZoom() {
  const flow = useReactFlow();
  const store = useStoreApi();
  return useMemo(
    () => ({
      fit: () => {
        const { width, height, setMinZoom } = store.getState();
        const whole = fitZoom(flow.getNodesBounds(flow.getNodes()), { width, height });
        // The wheel goes on from there, and would jump back where it could not go itself; a bit of room is around it.
        if (whole > 0) setMinZoom(Math.min(FARTHEST, whole * 0.8));
        return flow.fitView({ ...FIT, duration: lasting(160) });
      },
      zoom: (by: 1 | -1) =>
        by > 0 ? flow.zoomIn({ duration: lasting(120) }) : flow.zoomOut({ duration: lasting(120) }),
    }),
    [flow, store],
  );
}

interface FurnitureProps {
  nodes: number;
  /** Of the canvas, in pixels. */
  width: number;
  /** Between the dots of the background. */
  gap: number;
  /** Some of the graph was out of view from the beginning: the minimap says so, and leads there. */
  isCut?: boolean;
}

export function Furniture({ nodes, width, gap, isCut = false }: FurnitureProps) {
  const view = useZoom();
  useMoving();
  const hasMinimap = isCut ? width >= NARROWEST : nodes >= MINIMAP_FROM && width >= NARROW;
  return (
    <>
      <Dots gap={gap} />
      <Panel position="bottom-left" className="flex gap-1 rounded-lg border border-line bg-raised p-0.5">
        <Button
          weight="quiet"
          className="px-2 pointer-coarse:hidden"
          aria-label={t("Zoom in")}
          onClick={() => view.zoom(1)}
        >
          <ZoomIn aria-hidden />
        </Button>
        <Button
          weight="quiet"
          className="px-2 pointer-coarse:hidden"
          aria-label={t("Zoom out")}
          onClick={() => view.zoom(-1)}
        >
          <ZoomOut aria-hidden />
        </Button>
        <Button
          weight="quiet"
          className="px-2"
          aria-label={t("Show the whole graph")}
          onClick={() => view.fit()}
        >
          <Maximize aria-hidden />
        </Button>
      </Panel>
      {hasMinimap && <Minimap />}
    </>
  );
}
