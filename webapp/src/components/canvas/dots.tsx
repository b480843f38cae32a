// The dots behind a graph. They are a layer that is moved by less than the space between two of them, so that panning
// paints nothing, however large the screen is; and React has no part in it.
import { useStoreApi } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import { glide } from "./glide";

/** Dots that are closer than this are a grey area; from afar only every second, fourth, … one is drawn. */
const CLOSEST = 14;

/** How far apart dots are on the screen. */
export function stepOf(gap: number, zoom: number): number {
  let step = gap * zoom;
  while (step < CLOSEST) step *= 2;
  return step;
}

/** How far the dots, which begin a step before the corner, are moved: never by more than a step. */
export function shiftOf(offset: number, step: number): number {
  return Math.round(((offset % step) + step) % step);
}

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
