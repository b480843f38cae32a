// One edge: faint while nothing has come along it, moving while its target works, dashed when the path died.
import { BaseEdge, type Edge, type EdgeProps } from "@xyflow/react";
import { memo, useContext } from "react";
import { type Direction, edgePath, type Point } from "./geometry";
import { MarkContext } from "./marks";
import { edgeState, useNodeProgress } from "./progress";

export type ProgressEdgeData = Edge<{ bends: Point[]; direction: Direction; port: string }, "progress">;

export const ProgressEdge = memo(function ProgressEdge(props: EdgeProps<ProgressEdgeData>) {
  const source = useNodeProgress(props.source)?.status;
  const target = useNodeProgress(props.target)?.status;
  const bends = props.data?.bends ?? [];
  const direction = props.data?.direction ?? "right";
  const path = edgePath(
    { x: props.sourceX, y: props.sourceY },
    bends,
    { x: props.targetX, y: props.targetY },
    direction,
  );
  const change = useContext(MarkContext)?.changeOfEdge?.(props.id);
  const state = edgeState(source, target, props.data?.port === "error");
  return (
    <BaseEdge
      id={props.id}
      path={path}
      className={`lathe-edge lathe-edge-${change ?? state}`}
      interactionWidth={props.selectable ? 18 : 0}
    />
  );
});
