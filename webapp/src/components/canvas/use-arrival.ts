// Draws a large graph a few nodes a frame, and keeps what was drawn: to move the view is then to move one layer, at any size.
import type { Edge, Node } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { outsideOf } from "./arrival";

/** Fewer than these are drawn at once. */
const MANY = 150;
/** More than these are not kept: only those in view are drawn. */
export const VERY_MANY = 1500;
/** With these and their edges a frame takes half the time that it has. */
const A_FRAME = 12;

/** The graph with what has not yet come hidden. A node that is added later is there at once. */
export function useArrival<N extends Node, E extends Edge>(
  nodes: readonly N[],
  edges: E[],
  view: { x: number; y: number; zoom: number },
  frame: { width: number; height: number },
): { nodes: N[]; edges: E[] } {
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(() => {
    const isLarge = nodes.length > MANY && nodes.length <= VERY_MANY;
    return new Set(isLarge ? outsideOf(nodes, view, frame) : []);
  });
  useEffect(() => {
    if (waiting.size === 0) return undefined;
    const next = requestAnimationFrame(() => setWaiting(new Set([...waiting].slice(A_FRAME))));
    return () => cancelAnimationFrame(next);
  }, [waiting]);
  return useMemo(
    () => ({
      nodes: nodes.map((node) => (waiting.has(node.id) ? hide(node) : node)),
      edges: edges.map((edge) => (waiting.has(edge.source) || waiting.has(edge.target) ? hide(edge) : edge)),
    }),
    [nodes, edges, waiting],
  );
}

const hidden = new WeakMap<object, object>();

/** The same object each time, so that React Flow takes it for what it has. */
function hide<T extends object>(shown: T): T {
  const known = hidden.get(shown);
  if (known) return known as T;
  const made = { ...shown, hidden: true };
  hidden.set(shown, made);
  return made;
}
