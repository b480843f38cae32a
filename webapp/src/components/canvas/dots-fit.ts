// How far apart the dots behind a graph are, and by how much they are moved.

/** Dots that are closer than this are a grey area; from afar only every second, fourth, … one is shown. */
export const CLOSEST = 14;

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
