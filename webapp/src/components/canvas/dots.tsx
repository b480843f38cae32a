// The dots behind a graph. They are drawn once, on a layer that is moved by less than the space between two of them and made
// smaller or larger: panning and zooming paint nothing, however large the screen is; and React has no part in it.
import { useStoreApi } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import { CLOSEST, shiftOf, stepOf } from "./dots-fit";
import { glide } from "./glide";

/** `gap` is the space between two dots where nothing is made smaller or larger. */
export function Dots({ gap }: { gap: number }) {
  const store = useStoreApi();
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = layer.current;
    if (!element) return undefined;
    const gliding = glide(element);
    let before: unknown = null;
    const move = () => {
      const { transform } = store.getState();
      if (transform === before) return;
      before = transform;
      const step = stepOf(gap, transform[2]);
      const [x, y] = [shiftOf(transform[0], step) - step, shiftOf(transform[1], step) - step];
      gliding.to(`translate(${x}px, ${y}px) scale(${step / gap})`);
    };
    move();
    const unsubscribe = store.subscribe(move);
    return () => {
      unsubscribe();
      gliding.end();
    };
  }, [store, gap]);
  // Large enough for the screen when it is smallest, and for the step that it is moved by.
  const size = `calc(${(100 * gap) / CLOSEST}% + ${gap}px)`;
  const step = `${gap}px ${gap}px`;
  const toCorner = `${-gap / 2}px ${-gap / 2}px`;
  return (
    <div
      ref={layer}
      aria-hidden
      className="lathe-dots"
      style={{ width: size, height: size, backgroundSize: step, backgroundPosition: toCorner }}
    />
  );
}
