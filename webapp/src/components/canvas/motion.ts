// How long the view of a canvas is on its way to somewhere else: who asked for less motion is there at once.

export function lasting(milliseconds: number): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : milliseconds;
}
