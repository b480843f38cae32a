// One edge: faint while nothing has come along it, moving while its target works, dashed when the path died.
import { BaseEdge } from "@xyflow/react";
import { memo, useContext, useState } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import type { CanvasEdge } from "./edge-ends";
import { edgeMiddle, edgePath, type Point } from "./geometry";
import { EditingContext, useEdgeMark } from "./marks";
import { edgeState, useNodeProgress } from "./progress";

interface ProgressEdgeProps {
  edge: CanvasEdge;
  /** Numbers instead of points, so that an edge whose ends stay where they are is not drawn again. */
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
  onSelect: ((edge: CanvasEdge) => void) | undefined;
}

export const ProgressEdge = memo(function ProgressEdge(props: ProgressEdgeProps) {
  const { edge, onSelect } = props;
  const source = useNodeProgress(edge.source)?.status;
  const target = useNodeProgress(edge.target)?.status;
  const [from, to] = [
    { x: props.fromX, y: props.fromY },
    { x: props.toX, y: props.toY },
  ];
  const path = edgePath(from, edge.bends, to, edge.direction);
  const mark = useEdgeMark(edge.id);
  const onEdge = useContext(EditingContext)?.onEdge;
  const [isNear, setNear] = useState(false);
  const state = edgeState(source, target, edge.port === "error");
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: by keys an edge is chosen in the list of its node.
    <g
      data-id={edge.id}
      role="img"
      aria-roledescription={t("edge")}
      aria-label={edge.label}
      // To press on an edge chooses it, and does not move the view.
      className={cn("react-flow__edge", onSelect && "selectable nopan", edge.selected && "selected")}
      onClick={onSelect && (() => onSelect(edge))}
      onPointerEnter={onEdge && (() => setNear(true))}
      onPointerLeave={onEdge && (() => setNear(false))}
    >
      <BaseEdge
        path={path}
        className={`lathe-edge lathe-edge-${mark ?? state}`}
        interactionWidth={onSelect ? 18 : 0}
      />
      {onEdge && (isNear || edge.selected) && (
        <InsertSign
          at={edgeMiddle(from, edge.bends, to)}
          onInsert={() => onEdge({ from: edge.source, port: edge.port, to: edge.target })}
        />
      )}
    </g>
  );
});

/** For the mouse alone: by keys a node is put into an edge from the list of commands. */
function InsertSign({ at, onInsert }: { at: Point; onInsert: () => void }) {
  return (
    <g
      aria-hidden
      className="lathe-insert"
      transform={`translate(${at.x} ${at.y})`}
      onClick={(event) => {
        event.stopPropagation();
        onInsert();
      }}
    >
      <circle r={10} />
      <path d="M -4 0 H 4 M 0 -4 V 4" />
    </g>
  );
}
