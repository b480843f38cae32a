// Where things stand in a chart. The drawing is one unit wide for each point and 100 high, and is stretched to its place.

export const HEIGHT = 100;

export type Values = readonly (number | null)[];

export interface Scale {
  /** From 0, the top, to HEIGHT, the bottom. */
  y: (value: number) => number;
  /** What stands at the side, from the bottom to the top. */
  ticks: number[];
}

/** From nothing to a round number above the largest one. */
export function linearScale(max: number): Scale {
  const top = roundUp(Math.max(max, 1));
  return {
    y: (value) => HEIGHT * (1 - Math.min(value, top) / top),
    ticks: top < 2 ? [0, top] : [0, top / 2, top],
  };
}

/** By powers of ten: for what differs by more than can be seen otherwise. */
export function logScale(values: Values): Scale {
  const known = values.filter((value): value is number => value !== null && value > 0);
  const low = Math.floor(Math.log10(known.length > 0 ? Math.min(...known) : 1));
  const high = Math.max(Math.ceil(Math.log10(known.length > 0 ? Math.max(...known) : 1)), low + 1);
  const steps = Math.ceil((high - low) / 3);
  const ticks: number[] = [];
  for (let power = low; power <= high; power += steps) ticks.push(10 ** power);
  const place = (value: number) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
  return { y: (value) => HEIGHT * (1 - Math.min(place(value), 1)), ticks };
}

/** 1, 2 or 5 times a power of ten, and even: its half is a number that counts. */
function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 4, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return factor * power;
}

/** Bars that stand on each other, a path for each row of values. */
export function stackedBars(rows: readonly Values[], { y }: Scale): string[] {
  const below: number[] = [];
  return rows.map((row) =>
    row
      .map((value, index) => {
        const from = below[index] ?? 0;
        if (!value) return "";
        below[index] = from + value;
        const [bottom, top] = [y(from), y(from + value)];
        return `M${index + 0.1} ${round(bottom)}V${round(top)}h0.8V${round(bottom)}z`;
      })
      .join(""),
  );
}

/** A line through what is known; it has gaps where nothing is. */
export function linePath(values: Values, { y }: Scale): string {
  let path = "";
  values.forEach((value, index) => {
    if (value === null) return;
    const [x, at] = [index + 0.5, round(y(value))];
    const goesOn = index > 0 && values[index - 1] !== null;
    const isAlone = !goesOn && (values[index + 1] ?? null) === null;
    // A round end of no length is a dot.
    path += goesOn ? `L${x} ${at}` : `M${x} ${at}${isAlone ? "h0.01" : ""}`;
  });
  return path;
}

/** The point under a place, which is a share of the width from 0 to 1. */
export function pointAt(share: number, count: number): number {
  return Math.min(Math.max(Math.floor(share * count), 0), Math.max(count - 1, 0));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
