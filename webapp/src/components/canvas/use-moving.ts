// Tells the style sheet what the view of a canvas does: whether it is set, and whether it moves. React has no part in it.
import { useOnViewportChange, useStore, useStoreApi, type Viewport } from "@xyflow/react";
import { useLayoutEffect, useMemo } from "react";

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
    const say = (view: "moving" | "still") => () => {
      if (frame) frame.dataset.view = view;
    };
    return {
      onStart: say("moving"),
      onChange: ({ zoom }: Viewport) => frame?.toggleAttribute("data-far", zoom < FAR),
      onEnd: say("still"),
    };
  }, [frame]);
  useOnViewportChange(moves);
}
