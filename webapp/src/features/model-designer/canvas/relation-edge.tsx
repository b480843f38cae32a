// One relation: a line with a crow's foot where many records stand and bars where one does.
import { BaseEdge, type Edge, type EdgeProps, useInternalNode } from "@xyflow/react";
import { memo } from "react";
import type { Relation } from "../operations/document";
import { endsOf, linePath, manyPath, onePath, type Rect } from "./edge-shape";

export type RelationEdgeData = Edge<{ relation: Relation; row: number; isFaulty: boolean }, "relation">;

export const RelationEdge = memo(function RelationEdge(props: EdgeProps<RelationEdgeData>) {
  const source = useRect(props.source);
  const target = useRect(props.target);
  const { data } = props;
  if (!source || !target || !data) return null;
  const [from, to] = endsOf(source, data.row, target);
  const isMany = data.relation.kind === "n-n";
  const look = data.isFaulty ? "lathe-edge lathe-edge-faulty" : "lathe-edge lathe-relation";
  const ends = `${manyPath(from)} ${isMany ? manyPath(to) : onePath(to, data.relation.required === true)}`;
  return (
    <g data-edge={props.id} data-faulty={data.isFaulty}>
      <BaseEdge id={props.id} path={linePath(from, to)} className={look} interactionWidth={18} />
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
