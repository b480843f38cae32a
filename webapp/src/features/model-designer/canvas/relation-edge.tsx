// One relation: a line with a crow's foot where many records stand and bars where one does.
import { BaseEdge, type Edge, type EdgeProps, useInternalNode } from "@xyflow/react";
import { memo } from "react";
import type { Box } from "@/components/canvas/walk";
import type { Relation } from "../operations/document";
import { routeOf } from "./edge-route";
import { linePath, manyPath, onePath, type Rect } from "./edge-shape";

interface RelationData extends Record<string, unknown> {
  relation: Relation;
  row: number;
  isFaulty: boolean;
  /** All boxes where they stood last: what is dragged just now is gone round once it is let go. */
  boxes: readonly Box[];
}

export type RelationEdgeData = Edge<RelationData, "relation">;

export const RelationEdge = memo(function RelationEdge(props: EdgeProps<RelationEdgeData>) {
  const source = useRect(props.source);
  const target = useRect(props.target);
  const { data } = props;
  if (!source || !target || !data) return null;
  const others = data.boxes.filter(({ id }) => id !== props.source && id !== props.target);
  const { from, to, curves } = routeOf(source, data.row, target, others);
  const isMany = data.relation.kind === "n-n";
  const look = data.isFaulty ? "lathe-edge lathe-edge-faulty" : "lathe-edge lathe-relation";
  const ends = `${manyPath(from)} ${isMany ? manyPath(to) : onePath(to, data.relation.required === true)}`;
  return (
    <g data-edge={props.id} data-faulty={data.isFaulty}>
      <BaseEdge id={props.id} path={linePath(curves)} className={look} interactionWidth={18} />
      <path d={ends} fill="var(--canvas)" className={`react-flow__edge-path ${look}`} />
    </g>
  );
});

function useRect(id: string): Rect | undefined {
  const node = useInternalNode(id);
  if (!node) return undefined;
  const { x, y } = node.internals.positionAbsolute;
  const { width = 0, height = 0 } = node;
  return { x, y, width, height };
}
