// Reads a prompt's text as Jinja, as far as it is known here; faults are told with their place.
import { t } from "@/lib/i18n";
import { Reader } from "./expression";
import { BeyondThis, TextFault } from "./outcome";
import { type Piece, piecesOf } from "./pieces";
import { tokensOf } from "./tokens";
import type { Part } from "./tree";

/** Statements of the language that are not known here. */
const BEYOND = new Set(["macro", "call", "filter", "with", "do", "block", "autoescape", "break", "continue"]);
/** These would read another text. */
const FOREIGN = new Set(["include", "extends", "import", "from"]);

/** The longest text that the server keeps, in bytes. */
export const LONGEST = 256 * 1024;

/** Throws a `TextFault`, or `BeyondThis` for what only the server knows. */
export function parse(text: string): Part[] {
  const { pieces, fault } = piecesOf(text);
  const ordered = pieces.filter(({ kind }) => kind !== "comment");
  const parser = new Parser(ordered, fault);
  const parts = parser.parts([]);
  if (new TextEncoder().encode(text).length > LONGEST)
    throw new TextFault(t("The text is longer than {{size}} kB.", { size: LONGEST / 1024 }), 0, 0);
  return parts;
}

interface Opened {
  word: string;
  from: number;
  to: number;
}

class Parser {
  private at = 0;

  constructor(
    private readonly pieces: readonly Piece[],
    /** Where the pieces ended too early. */
    private readonly fault: TextFault | undefined,
  ) {}

  /** Everything up to one of these statements, which is left to be read. */
  parts(until: readonly string[], opened?: Opened): Part[] {
    const parts: Part[] = [];
    for (;;) {
      const piece = this.pieces[this.at];
      if (!piece) {
        if (this.fault) throw this.fault;
        if (!opened) return parts;
        const { word, from, to } = opened;
        const closing = `{% end${word} %}`;
        throw new TextFault(t("This block is not closed: {{closing}} is missing.", { closing }), from, to);
      }
      const { kind, source, at, from, to } = piece;
      if (kind === "statement" && until.includes(wordOf(piece))) return parts;
      this.at++;
      if (kind === "text") parts.push({ is: "text", text: source, from, to });
      else if (kind === "expression") {
        const reader = new Reader(tokensOf(source, at));
        const value = reader.expression();
        reader.end();
        parts.push({ is: "output", value, from, to });
      } else parts.push(this.statement(piece));
    }
  }

  private statement(piece: Piece): Part {
    const word = wordOf(piece);
    const { from, to } = piece;
    const reader = readerOf(piece, word);
    if (word === "if") return this.choice(reader, { word, from, to });
    if (word === "for") return this.loop(reader, { word, from, to });
    if (word === "set") return assignment(reader, piece);
    const mayBeMissing = piece.source.includes("ignore") && piece.source.includes("missing");
    if (FOREIGN.has(word) && !mayBeMissing) {
      const message = t(
        "{{word}} finds nothing here: a prompt stands for itself, so put the text in its place.",
        { word },
      );
      throw new TextFault(message, from, to);
    }
    if (BEYOND.has(word) || FOREIGN.has(word)) throw new BeyondThis(`{% ${word} %}`);
    throw new TextFault(
      t("There is no statement {{word}} that could stand here.", { word: word || "{% %}" }),
      from,
      to,
    );
  }

  private choice(first: Reader, opened: Opened): Part {
    const branches: { condition: ReturnType<Reader["expression"]>; body: Part[] }[] = [];
    let reader = first;
    for (;;) {
      const condition = reader.expression();
      reader.end();
      branches.push({ condition, body: this.parts(["elif", "else", "endif"], opened) });
      const piece = this.pieces[this.at++] as Piece;
      const word = wordOf(piece);
      if (word === "elif") reader = readerOf(piece, word);
      else {
        const otherwise = word === "else" ? this.rest(opened) : [];
        return { is: "if", branches, otherwise, from: opened.from, to: opened.to };
      }
    }
  }

  private loop(reader: Reader, opened: Opened): Part {
    const names = namesOf(reader);
    reader.expect("in");
    const of = reader.either();
    const only = reader.takes("if") ? reader.expression() : undefined;
    if (reader.has("recursive")) throw new BeyondThis("recursive");
    reader.end();
    const body = this.parts(["else", "endfor"], opened);
    const word = wordOf(this.pieces[this.at++] as Piece);
    const otherwise = word === "else" ? this.rest(opened) : [];
    return { is: "for", names, of, only, body, otherwise, from: opened.from, to: opened.to };
  }

  /** What follows `else`, its end included. */
  private rest(opened: Opened): Part[] {
    const parts = this.parts([`end${opened.word}`], opened);
    this.at++;
    return parts;
  }
}

function assignment(reader: Reader, { from, to }: Piece): Part {
  const names = namesOf(reader);
  if (!reader.has("=")) throw new BeyondThis("{% set %}");
  reader.expect("=");
  const value = reader.expression();
  reader.end();
  return { is: "set", names, value, from, to };
}

function namesOf(reader: Reader): string[] {
  const names = [reader.name()];
  while (reader.takes(",")) names.push(reader.name());
  if (reader.has(".") || reader.has("(")) throw new BeyondThis("{% set %}");
  return names;
}

function wordOf({ source }: Piece): string {
  return /^\s*([A-Za-z]*)/.exec(source)?.[1] ?? "";
}

function readerOf({ source, at }: Piece, word: string): Reader {
  const begins = source.indexOf(word) + word.length;
  return new Reader(tokensOf(source.slice(begins), at + begins));
}
