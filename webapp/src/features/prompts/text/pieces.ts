// Cuts a prompt's text into what stands for itself and what is Jinja: expressions, statements and comments.
import { t } from "@/lib/i18n";
import { TextFault } from "./outcome";

export interface Piece {
  kind: "text" | "expression" | "statement" | "comment";
  /** What stands within the braces; of a text what comes out. */
  source: string;
  /** Where `source` begins. */
  at: number;
  /** The whole of it, braces included. */
  from: number;
  to: number;
}

const OPENINGS = { "{{": "expression", "{%": "statement", "{#": "comment" } as const;
const CLOSING = { expression: "}}", statement: "%}", comment: "#}" } as const;

/** Where an expression or a statement ends, which is not within a string or a mapping of it. */
function endOf(text: string, at: number, closing: string): number {
  let quote = "";
  let depth = 0;
  for (let here = at; here < text.length; here++) {
    const letter = text[here] ?? "";
    if (quote !== "") {
      if (letter === "\\") here++;
      else if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (depth <= 0 && text.startsWith(closing, here)) return here;
    else if (letter === "{") depth++;
    else if (letter === "}") depth--;
  }
  return -1;
}

const MARK = /[-+]?$/;

function unclosed(kind: "expression" | "statement" | "comment", from: number, text: string): TextFault {
  const line = text.indexOf("\n", from);
  const to = line < 0 ? text.length : line;
  if (kind === "expression")
    return new TextFault(
      t("This expression is not closed: {{closing}} is missing.", { closing: "}}" }),
      from,
      to,
    );
  if (kind === "statement")
    return new TextFault(
      t("This statement is not closed: {{closing}} is missing.", { closing: "%}" }),
      from,
      to,
    );
  return new TextFault(t("This comment is not closed: {{closing}} is missing.", { closing: "#}" }), from, to);
}

/** All of a text in order, up to the first fault; whitespace is gone where a minus takes it away. */
export function piecesOf(whole: string): { pieces: Piece[]; fault: TextFault | undefined } {
  // The language takes the last line break of a text away.
  const text = whole.replace(/\r?\n$/, "");
  const pieces: Piece[] = [];
  let at = 0;
  let trims = false;
  const say = (from: number, to: number, trimsEnd: boolean) => {
    let source = text.slice(from, to);
    if (trims) source = source.trimStart();
    if (trimsEnd) source = source.trimEnd();
    if (source !== "") pieces.push({ kind: "text", source, at: from, from, to });
  };
  while (at < text.length) {
    const found = /\{[{%#]/g;
    found.lastIndex = at;
    const opening = found.exec(text);
    if (!opening) break;
    const kind = OPENINGS[opening[0] as keyof typeof OPENINGS];
    const from = opening.index;
    const closing = CLOSING[kind];
    const end = kind === "comment" ? text.indexOf(closing, from + 2) : endOf(text, from + 2, closing);
    if (end < 0) return { pieces, fault: unclosed(kind, from, text) };
    const inside = text.slice(from + 2, end);
    const opens = /^[-+]/.exec(inside)?.[0] ?? "";
    const closes = inside.length > opens.length ? (MARK.exec(inside)?.[0] ?? "") : "";
    say(at, from, opens === "-");
    trims = closes === "-";
    const source = inside.slice(opens.length, inside.length - closes.length);
    const to = end + 2;
    at = to;
    if (kind === "statement" && source.trim() === "raw") {
      const raw = rawUntil(text, to);
      if (!raw)
        return {
          pieces,
          fault: new TextFault(
            t("What is raw here has no end: {{closing}} is missing.", { closing: "{% endraw %}" }),
            from,
            to,
          ),
        };
      say(to, raw.from, raw.opens === "-");
      trims = raw.closes === "-";
      at = raw.to;
    } else if (kind !== "comment") {
      pieces.push({ kind, source, at: from + 2 + opens.length, from, to });
    } else pieces.push({ kind, source, at: from + 2, from, to });
  }
  say(at, text.length, false);
  return { pieces, fault: undefined };
}

function rawUntil(text: string, at: number) {
  const ending = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;
  ending.lastIndex = at;
  const found = ending.exec(text);
  if (!found) return undefined;
  return { from: found.index, to: ending.lastIndex, opens: found[1], closes: found[2] };
}
