// What the rest of a screen asks of a canvas: to show everything, to come nearer, to give a node the keyboard.
import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useState } from "react";
import { useZoom } from "./furniture";

export interface CanvasHandle {
  fit: () => void;
  zoom: (by: 1 | -1) => void;
  /** Gives a node the keyboard, and shows it. */
  focus: (node: string) => void;
}

export function useCanvasHandle(
  handle: RefObject<CanvasHandle | null>,
  frame: HTMLElement,
  nodes: readonly { id: string; hidden?: boolean | undefined }[],
) {
  const flow = useReactFlow();
  const zoom = useZoom();
  const [wanted, setWanted] = useState<{ node: string; holder: Element | null } | null>(null);
  useEffect(() => {
    handle.current = {
      ...zoom,
      focus: (node) => setWanted({ node, holder: document.activeElement }),
    };
    return () => {
      handle.current = null;
    };
  }, [handle, zoom]);
  useEffect(() => {
    if (wanted === null || !nodes.some((node) => node.id === wanted.node && !node.hidden)) return undefined;
    // One frame to draw the node and bring it into view, one to give it the keyboard; whoever took it meanwhile keeps it.
    let next = requestAnimationFrame(() => {
      bringIntoView(flow, frame, wanted.node);
      next = requestAnimationFrame(() => {
        const now = document.activeElement;
        const isFree = now === wanted.holder || now === document.body || frame.contains(now);
        const node = `.react-flow__node[data-id="${CSS.escape(wanted.node)}"]`;
        if (isFree) frame.querySelector<HTMLElement>(node)?.focus({ preventScroll: true });
        setWanted(null);
      });
    });
    return () => cancelAnimationFrame(next);
  }, [wanted, nodes, flow, frame]);
}

type Flow = ReturnType<typeof useReactFlow>;

const MARGIN = 48;

/** Moves the view no further than it takes to see the top of a node. */
export function bringIntoView(flow: Flow, frame: HTMLElement, id: string): void {
  const internal = flow.getInternalNode(id);
  if (!internal) return;
  const { x, y, zoom } = flow.getViewport();
  const at = internal.internals.positionAbsolute;
  const width = Math.min((internal.width ?? 0) * zoom, frame.clientWidth - 2 * MARGIN);
  const height = Math.min((internal.height ?? 0) * zoom, 120);
  const shift = (start: number, size: number, room: number) =>
    start < MARGIN ? MARGIN - start : Math.min(0, room - MARGIN - start - size);
  const dx = shift(at.x * zoom + x, width, frame.clientWidth);
  const dy = shift(at.y * zoom + y, height, frame.clientHeight);
  if (dx !== 0 || dy !== 0) flow.setViewport({ x: x + dx, y: y + dy, zoom });
}

/** Whether anything of a node is seen. */
export function isInView(flow: Flow, frame: HTMLElement, id: string): boolean {
  const internal = flow.getInternalNode(id);
  if (!internal) return false;
  const { x, y, zoom } = flow.getViewport();
  const at = internal.internals.positionAbsolute;
  const meets = (start: number, size: number, room: number) => start < room && start + size > 0;
  return (
    meets(at.x * zoom + x, (internal.width ?? 0) * zoom, frame.clientWidth) &&
    meets(at.y * zoom + y, (internal.height ?? 0) * zoom, frame.clientHeight)
  );
}
