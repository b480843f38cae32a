// Tells the style sheet what the view of a canvas does: whether it is set, and whether it moves. React has no part in it.
import { useOnViewportChange, useStore, type Viewport } from "@xyflow/react";
import { useLayoutEffect, useMemo } from "react";
import { glide } from "./glide";

/** Whoever presses and lets go trembles; within so many pixels the browser still makes a click of it. */
const TREMBLING = 1;

/** Whether a view is somewhere else than where it was when the mouse went down. */
export function hasMoved(from: Viewport | undefined, to: Viewport): boolean {
  if (!from) return true;
  return from.zoom !== to.zoom || Math.hypot(to.x - from.x, to.y - from.y) > TREMBLING;
}

/** Before its view is set a canvas would be drawn at another place for a frame; while it moves nothing is painted anew. */
export function useMoving(): void {
  const frame = useStore((state) => state.domNode);
  useLayoutEffect(() => {
    if (frame) frame.dataset.view = "still";
  }, [frame]);
  const moves = useMemo(() => {
    const plane = frame?.querySelector<HTMLElement>(".react-flow__viewport");
    if (!frame || !plane) return {};
    const gliding = glide(plane);
    let start: Viewport | undefined;
    return {
      // The mouse is down, perhaps on a node that is meant to be chosen: nothing may lie over it yet.
      onStart: (view: Viewport) => {
        start = view;
      },
      onChange: (view: Viewport) => {
        const { x, y, zoom } = view;
        if (frame.dataset.view !== "moving" && hasMoved(start, view)) frame.dataset.view = "moving";
        gliding.to(`translate(${x}px, ${y}px) scale(${zoom})`);
      },
      onEnd: () => {
        frame.dataset.view = "still";
        gliding.end();
      },
    };
  }, [frame]);
  useOnViewportChange(moves);
}
