// What differs between two lists of lines or words, and what comes of two changes of the same text.

export type Change = "same" | "removed" | "added";

export interface Piece {
  change: Change;
  text: string;
}

/** Past this many comparisons what lies between is told as a whole: it is no longer read word by word anyway. */
const MOST_COMPARED = 4_000_000;

/** The shortest way from one list to the other, removals first. */
export function between(old: readonly string[], now: readonly string[]): Piece[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const say = (change: Change, texts: readonly string[]) => texts.map((text): Piece => ({ change, text }));
  return [
    ...say("same", old.slice(0, start)),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end), say),
    ...say("same", old.slice(old.length - end)),
  ];
}

function middle(
  old: readonly string[],
  now: readonly string[],
  say: (change: Change, texts: readonly string[]) => Piece[],
): Piece[] {
  if (old.length === 0 || now.length === 0 || old.length * now.length > MOST_COMPARED)
    return [...say("removed", old), ...say("added", now)];
  // The length of what both have in common from here on.
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--) {
      const right = common[i * width + j + 1] ?? 0;
      const below = common[(i + 1) * width + j] ?? 0;
      common[i * width + j] =
        old[i] === now[j] ? (common[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(right, below);
    }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const one = old[i];
    const other = now[j];
    if (one !== undefined && one === other) {
      pieces.push({ change: "same", text: one });
      i++;
      j++;
    } else if (
      one !== undefined &&
      (other === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      pieces.push({ change: "removed", text: one });
      i++;
    } else {
      pieces.push({ change: "added", text: other ?? "" });
      j++;
    }
  }
  return pieces;
}

export const linesOf = (text: string): string[] => (text === "" ? [] : text.split(/\r?\n/));

export function diffLines(old: string, now: string): Piece[] {
  return between(linesOf(old), linesOf(now));
}

export interface Merged {
  text: string;
  /** How many places both changed: there both are in the text, theirs first. */
  clashes: number;
}

/** Both changes of a text in one. Nothing of either is lost, also where they changed the same lines. */
export function merge(base: string, mine: string, theirs: string): Merged {
  const origin = base.split("\n");
  const ours = hunks(between(origin, mine.split("\n")));
  const others = hunks(between(origin, theirs.split("\n")));
  const out: string[] = [];
  let clashes = 0;
  let at = 0;
  while (ours.length > 0 || others.length > 0) {
    const from = Math.min(ours[0]?.from ?? Infinity, others[0]?.from ?? Infinity);
    out.push(...origin.slice(at, from));
    // Changes that touch each other are one place.
    let to = from;
    const [left, right]: [Hunk[], Hunk[]] = [[], []];
    for (let grows = true; grows; ) {
      grows = false;
      for (const [list, taken] of [
        [ours, left],
        [others, right],
      ] as const) {
        const next = list[0];
        if (!next || next.from > to) continue;
        taken.push(next);
        list.shift();
        to = Math.max(to, next.to);
        grows = true;
      }
    }
    const mineHere = applied(origin, left, from, to);
    const theirsHere = applied(origin, right, from, to);
    if (left.length === 0) out.push(...theirsHere);
    else if (right.length === 0 || mineHere.join("\n") === theirsHere.join("\n")) out.push(...mineHere);
    else {
      clashes++;
      out.push(...theirsHere, ...mineHere);
    }
    at = to;
  }
  out.push(...origin.slice(at));
  return { text: out.join("\n"), clashes };
}

interface Hunk {
  /** Lines of the origin that these are instead of. */
  from: number;
  to: number;
  lines: string[];
}

function hunks(pieces: readonly Piece[]): Hunk[] {
  const found: Hunk[] = [];
  let at = 0;
  let open: Hunk | undefined;
  for (const { change, text } of pieces) {
    if (change === "same") {
      at++;
      open = undefined;
      continue;
    }
    if (!open) {
      open = { from: at, to: at, lines: [] };
      found.push(open);
    }
    if (change === "removed") open.to = ++at;
    else open.lines.push(text);
  }
  return found;
}

function applied(origin: readonly string[], changes: readonly Hunk[], from: number, to: number): string[] {
  const out: string[] = [];
  let at = from;
  for (const { from: begins, to: ends, lines } of changes) {
    out.push(...origin.slice(at, begins), ...lines);
    at = ends;
  }
  return [...out, ...origin.slice(at, to)];
}
