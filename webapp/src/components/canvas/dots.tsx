// The dots behind a graph. They are a layer that is moved by less than the space between two of them, so that panning
// paints nothing, however large the screen is; and React has no part in it.
import { useStoreApi } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import { shiftOf, stepOf } from "./dots-fit";
import { glide } from "./glide";

/** `gap` is the space between two dots where nothing is made smaller or larger. */
export function Dots({ gap }: { gap: number }) {
  const store = useStoreApi();
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = layer.current;
    if (!element) return undefined;
    const gliding = glide(element);
    let [before, drawn]: [unknown, number] = [null, 0];
    const move = () => {
      const { transform } = store.getState();
      if (transform === before) return;
      before = transform;
      const step = stepOf(gap, transform[2]);
      if (step !== drawn) element.style.setProperty("--step", `${step}px`);
      drawn = step;
      gliding.to(`translate(${shiftOf(transform[0], step)}px, ${shiftOf(transform[1], step)}px)`);
    };
    move();
    const unsubscribe = store.subscribe(move);
    return () => {
      unsubscribe();
      gliding.end();
    };
  }, [store, gap]);
  return <div ref={layer} aria-hidden className="lathe-dots" />;
}
