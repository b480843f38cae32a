// A node that is dragged moves on a layer of its own, without the browser putting all others in order at each move.
import { type RefObject, useLayoutEffect, useRef } from "react";
import { type Glide, glide } from "./glide";

/** `card` is what is drawn in the element that React Flow places. */
export function useGlide(
  card: RefObject<HTMLElement | null>,
  isDragged: boolean,
  x: number,
  y: number,
): void {
  const gliding = useRef<Glide | undefined>(undefined);
  useLayoutEffect(() => {
    if (!isDragged) return;
    const node = card.current?.closest<HTMLElement>(".react-flow__node");
    if (!node) return;
    gliding.current ??= glide(node);
    gliding.current.to(`translate(${x}px, ${y}px)`);
  }, [card, isDragged, x, y]);
  useLayoutEffect(() => {
    if (!isDragged) return undefined;
    return () => {
      gliding.current?.end();
      gliding.current = undefined;
    };
  }, [isDragged]);
}
