// Tells the style sheet what the view of a canvas does: whether it is set, and whether it moves. React has no part in it.
import { useOnViewportChange, useStore, useStoreApi, type Viewport } from "@xyflow/react";
import { useLayoutEffect, useMemo } from "react";
import { glide } from "./glide";

/** Smaller than this texts can't be read, and are not drawn: hundreds of them would cost more than all the rest. */
export const FAR = 0.4;

/** Before its view is set a canvas would be drawn at another place for a frame; while it moves nothing is painted anew. */
export function useMoving(): void {
  const frame = useStore((state) => state.domNode);
  const store = useStoreApi();
  useLayoutEffect(() => {
    if (!frame) return;
    frame.dataset.view = "still";
    frame.toggleAttribute("data-far", store.getState().transform[2] < FAR);
  }, [frame, store]);
  const moves = useMemo(() => {
    const plane = frame?.querySelector<HTMLElement>(".react-flow__viewport");
    if (!frame || !plane) return {};
    const gliding = glide(plane);
    return {
      onStart: () => {
        frame.dataset.view = "moving";
      },
      onChange: ({ x, y, zoom }: Viewport) => {
        frame.toggleAttribute("data-far", zoom < FAR);
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
