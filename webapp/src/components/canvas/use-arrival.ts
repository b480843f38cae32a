// Draws a large graph a few nodes a frame, and keeps what was drawn: to move the view is then to move one layer, at any size.
import type { Node } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { outsideOf } from "./arrival";

/** Fewer than these are drawn at once. */
export const MANY = 150;
/** More than these are not kept: only those in view are drawn. */
export const VERY_MANY = 1500;
/** With these and their edges a frame takes half the time that it has. */
const A_FRAME = 12;

/** The nodes, those that have not yet come hidden. One that is added later is there at once. */
export function useArrival<N extends Node>(
  nodes: readonly N[],
  view: { x: number; y: number; zoom: number },
  frame: { width: number; height: number },
): N[] {
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(() => {
    const isLarge = nodes.length > MANY && nodes.length <= VERY_MANY;
    return new Set(isLarge ? outsideOf(nodes, view, frame) : []);
  });
  useEffect(() => {
    if (waiting.size === 0) return undefined;
    const next = requestAnimationFrame(() => setWaiting(new Set([...waiting].slice(A_FRAME))));
    return () => cancelAnimationFrame(next);
  }, [waiting]);
  return useMemo(() => nodes.map((node) => (waiting.has(node.id) ? hide(node) : node)), [nodes, waiting]);
}

const hidden = new WeakMap<Node, Node>();

/** The same object each time, so that React Flow takes it for what it has. */
function hide<N extends Node>(shown: N): N {
  const known = hidden.get(shown);
  if (known) return known as N;
  const made = { ...shown, hidden: true };
  hidden.set(shown, made);
  return made;
}
