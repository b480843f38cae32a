// A difference as it is drawn: what was beside what is, with the words that differ, and long stretches without a change folded.
import { between, type Piece } from "./lines";

export interface Side {
  line: number;
  words: Piece[];
}

export interface Row {
  is: "row";
  /** What was; nothing where a line is new. */
  old: Side | undefined;
  now: Side | undefined;
  isSame: boolean;
}

export interface Fold {
  is: "fold";
  rows: Row[];
}

const CONTEXT = 3;

export function rowsOf(lines: readonly Piece[]): Row[] {
  const rows: Row[] = [];
  let [old, now] = [0, 0];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      const [was, is] = [removed[at], added[at]];
      const words = was !== undefined && is !== undefined ? wordsOf(was, is) : undefined;
      rows.push({
        is: "row",
        old: was === undefined ? undefined : { line: ++old, words: words?.old ?? [whole("removed", was)] },
        now: is === undefined ? undefined : { line: ++now, words: words?.now ?? [whole("added", is)] },
        isSame: false,
      });
    }
    removed = [];
    added = [];
  };
  for (const { change, text } of lines) {
    if (change === "removed") {
      if (added.length > 0) flush();
      removed.push(text);
    } else if (change === "added") added.push(text);
    else {
      flush();
      const words = [whole("same", text)];
      rows.push({ is: "row", old: { line: ++old, words }, now: { line: ++now, words }, isSame: true });
    }
  }
  flush();
  return rows;
}

const whole = (change: Piece["change"], text: string): Piece => ({ change, text });

/** The words of two lines that take each other's place; of lines that have little in common nothing is marked within. */
function wordsOf(was: string, is: string): { old: Piece[]; now: Piece[] } | undefined {
  const split = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|./gu) ?? [];
  const pieces = between(split(was), split(is));
  const kept = pieces
    .filter(({ change, text }) => change === "same" && text.trim() !== "")
    .reduce((sum, { text }) => sum + text.length, 0);
  if (kept * 4 < Math.max(was.length, is.length)) return undefined;
  const side = (without: Piece["change"]) => joined(pieces.filter(({ change }) => change !== without));
  return { old: side("added"), now: side("removed") };
}

/** Neighbours of one kind are one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (last?.change === piece.change) last.text += piece.text;
    else out.push({ ...piece });
  }
  return out;
}

/** Stretches without a change that are longer than what gives context. */
export function folded(rows: readonly Row[]): (Row | Fold)[] {
  const out: (Row | Fold)[] = [];
  let at = 0;
  while (at < rows.length) {
    const row = rows[at] as Row;
    if (!row.isSame) {
      out.push(row);
      at++;
      continue;
    }
    let end = at;
    while (end < rows.length && rows[end]?.isSame) end++;
    const head = at === 0 ? 0 : CONTEXT;
    const tail = end === rows.length ? 0 : CONTEXT;
    const run = rows.slice(at, end);
    // One line less is not worth a button.
    if (run.length <= head + tail + 1) out.push(...run);
    else {
      out.push(...run.slice(0, head));
      out.push({ is: "fold", rows: run.slice(head, run.length - tail) });
      out.push(...run.slice(run.length - tail));
    }
    at = end;
  }
  return out;
}
