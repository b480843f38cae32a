// One edge: faint while nothing has come along it, moving while its target works, dashed when the path died.
import { BaseEdge, type Edge, type EdgeProps } from "@xyflow/react";
import { memo, useContext, useState } from "react";
import { type Direction, edgeMiddle, edgePath, type Point } from "./geometry";
import { EditingContext, useEdgeMark } from "./marks";
import { edgeState, useNodeProgress } from "./progress";

export type ProgressEdgeData = Edge<{ bends: Point[]; direction: Direction; port: string }, "progress">;

export const ProgressEdge = memo(function ProgressEdge(props: EdgeProps<ProgressEdgeData>) {
  const source = useNodeProgress(props.source)?.status;
  const target = useNodeProgress(props.target)?.status;
  const bends = props.data?.bends ?? [];
  const direction = props.data?.direction ?? "right";
  const from = { x: props.sourceX, y: props.sourceY };
  const to = { x: props.targetX, y: props.targetY };
  const path = edgePath(from, bends, to, direction);
  const mark = useEdgeMark(props.id);
  const onEdge = useContext(EditingContext)?.onEdge;
  const [isNear, setNear] = useState(false);
  const state = edgeState(source, target, props.data?.port === "error");
  const drawn = (
    <BaseEdge
      id={props.id}
      path={path}
      className={`lathe-edge lathe-edge-${mark ?? state}`}
      interactionWidth={props.selectable ? 18 : 0}
    />
  );
  if (!onEdge) return drawn;
  return (
    <g onPointerEnter={() => setNear(true)} onPointerLeave={() => setNear(false)}>
      {drawn}
      {(isNear || props.selected) && (
        <InsertSign
          at={edgeMiddle(from, bends, to)}
          onInsert={() => onEdge({ from: props.source, port: props.data?.port ?? "out", to: props.target })}
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
