// Where the expressions of a text begin and end, as the engine splits it (engine/src/template/text.rs).

export interface Piece {
  /** What is written: text as it stands, or the source of an expression without its braces. */
  source: string;
  isExpression: boolean;
  /** Where `source` begins in the text. */
  start: number;
  /** False for an expression that is never closed. */
  closed: boolean;
}

export function splitTemplate(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let at = 0;
  for (;;) {
    const found = text.indexOf("${", at);
    if (found < 0) break;
    // `$${` stands for a `${` that begins no expression.
    if (text[found - 1] === "$" && found - 1 >= at) {
      at = found + 2;
      continue;
    }
    if (found > from)
      pieces.push({ source: text.slice(from, found), isExpression: false, start: from, closed: true });
    const start = found + 2;
    const end = endOfCode(text, start);
    const closed = end < text.length;
    pieces.push({ source: text.slice(start, end), isExpression: true, start, closed });
    from = at = Math.min(text.length, end + 1);
  }
  if (from < text.length)
    pieces.push({ source: text.slice(from), isExpression: false, start: from, closed: true });
  return pieces;
}

export function hasExpression(text: string): boolean {
  return text.includes("${") && splitTemplate(text).some((piece) => piece.isExpression);
}

/** Where the brace that closes an expression stands, or the end of the text. */
function endOfCode(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const skipped = skipLiteral(text, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && depth-- === 0) return at;
    at++;
  }
  return text.length;
}

/** The end of the string or comment that begins here; the same place when none does. */
export function skipLiteral(text: string, at: number): number {
  const first = text[at];
  if (first === '"' || first === "'") return afterQuoted(text, at);
  if (first === "`") return afterInterpolated(text, at);
  if (first === "#") return afterRaw(text, at);
  if (first === "/" && text[at + 1] === "/") return orEnd(text, text.indexOf("\n", at));
  if (first === "/" && text[at + 1] === "*") {
    const end = text.indexOf("*/", at + 2);
    return end < 0 ? text.length : end + 2;
  }
  return at;
}

function orEnd(text: string, at: number): number {
  return at < 0 ? text.length : at;
}

function afterQuoted(text: string, at: number): number {
  for (let place = at + 1; place < text.length; place++) {
    if (text[place] === "\\") place++;
    else if (text[place] === text[at]) return place + 1;
  }
  return text.length;
}

function afterInterpolated(text: string, at: number): number {
  let place = at + 1;
  while (place < text.length) {
    if (text[place] === "`") return place + 1;
    if (text.startsWith("${", place)) place = endOfCode(text, place + 2) + 1;
    else place++;
  }
  return text.length;
}

/** `#"…"#`, with any number of hashes; `#{` opens an object and is no string. */
function afterRaw(text: string, at: number): number {
  const open = /^#+"/.exec(text.slice(at, at + 32))?.[0];
  if (!open) return at;
  const end = text.indexOf(`"${"#".repeat(open.length - 1)}`, at + open.length);
  return end < 0 ? text.length : end + open.length;
}
