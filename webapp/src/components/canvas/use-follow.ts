// Keeps what is running in view on a graph larger than the screen, until the reader moves the canvas themselves.
import { useReactFlow } from "@xyflow/react";
import { useCallback, useContext, useEffect, useRef } from "react";
import { lasting } from "./motion";
import type { CardNode } from "./node-card";
import { ProgressContext } from "./progress";

/** Returns what to call when the reader takes over. */
export function useFollowRunning(nodes: readonly CardNode[], frame: HTMLElement | null): () => void {
  const source = useContext(ProgressContext);
  const flow = useReactFlow();
  const follows = useRef(true);
  const shown = useRef<string | undefined>(undefined);

  useEffect(() => {
    if (!source || !frame) return;
    return source.subscribe(() => {
      if (!follows.current) return;
      const running = nodes.find(
        (node) => !node.parentId && source.stepOfNode(node.id)?.status === "running",
      );
      if (!running || running.id === shown.current) return;
      shown.current = running.id;
      const { x, y, zoom } = flow.getViewport();
      const width = (running.width ?? 0) * zoom;
      const height = (running.height ?? 0) * zoom;
      const left = running.position.x * zoom + x;
      const top = running.position.y * zoom + y;
      const isInside =
        left >= 0 && top >= 0 && left + width <= frame.clientWidth && top + height <= frame.clientHeight;
      if (isInside) return;
      const centreX = running.position.x + (running.width ?? 0) / 2;
      const centreY = running.position.y + (running.height ?? 0) / 2;
      flow.setCenter(centreX, centreY, { zoom, duration: lasting(300) });
    });
  }, [source, frame, nodes, flow]);

  return useCallback(() => {
    follows.current = false;
  }, []);
}
