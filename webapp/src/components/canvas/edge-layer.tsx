// All edges of a graph. React Flow makes a picture of each that stands out of its own size, and asks each at every move of a
// node where it ends. Whenever a node is dragged a browser puts everything in order anew, and what stands out of its size
// makes that slow: six times as slow with six hundred edges as with one picture, of the size of what is in it, for each level.
import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { t } from "@/lib/i18n";
import { areaOf, type CanvasEdge, type PlacedEdge, placeEdges } from "./edge-ends";
import { ProgressEdge } from "./progress-edge";

interface EdgeLayerProps {
  nodes: Parameters<typeof placeEdges>[0];
  edges: readonly CanvasEdge[];
  /** Without it edges are only looked at. */
  onSelect?: ((edge: CanvasEdge) => void) | undefined;
}

export function EdgeLayer({ nodes, edges, onSelect }: EdgeLayerProps) {
  const levels = useMemo(() => placeEdges(nodes, edges), [nodes, edges]);
  return (
    <ViewportPortal>
      {levels.map((level, depth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is its depth.
        <Level key={depth} depth={depth} edges={level} onSelect={onSelect} />
      ))}
    </ViewportPortal>
  );
}

interface LevelProps {
  depth: number;
  edges: readonly PlacedEdge[];
  onSelect: EdgeLayerProps["onSelect"];
}

function Level({ depth, edges, onSelect }: LevelProps) {
  const { x, y, width, height } = areaOf(edges);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture has no field set.
    <svg
      role="group"
      aria-label={t("Edges")}
      className="lathe-edges"
      viewBox={`${x} ${y} ${width} ${height}`}
      // Over the node that holds them and under those that they connect: a node lies as high as it is deep in blocks.
      style={{ left: x, top: y, width, height, zIndex: depth - 1 }}
    >
      {edges.map(({ edge, from, to }) => (
        <ProgressEdge
          key={edge.id}
          edge={edge}
          fromX={from.x}
          fromY={from.y}
          toX={to.x}
          toY={to.y}
          onSelect={onSelect}
        />
      ))}
    </svg>
  );
}
