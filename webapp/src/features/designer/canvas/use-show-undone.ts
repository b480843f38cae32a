// Undo and redo are seen: where all that they changed is out of sight, the view goes there.
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { bringIntoView, isInView } from "@/components/canvas/use-canvas-handle";
import { nodesTouched, stepBetween } from "../operations/touched";
import type { DesignerStore } from "../store";

export function useShowUndone(store: DesignerStore, frame: HTMLElement): void {
  const flow = useReactFlow();
  useEffect(() => {
    let before = store.history;
    let waiting = 0;
    const leave = store.subscribe(() => {
      const step = stepBetween(before, store.history);
      before = store.history;
      if (!step) return;
      cancelAnimationFrame(waiting);
      // One frame for React to draw what came back, one for its place to be known.
      waiting = requestAnimationFrame(() => {
        waiting = requestAnimationFrame(() => {
          const there = nodesTouched(step.operations).filter((id) => flow.getInternalNode(id));
          const [first] = there;
          if (first !== undefined && !there.some((id) => isInView(flow, frame, id)))
            bringIntoView(flow, frame, first);
        });
      });
    });
    return () => {
      cancelAnimationFrame(waiting);
      leave();
    };
  }, [store, flow, frame]);
}
