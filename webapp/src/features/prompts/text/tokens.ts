// The words and signs of an expression, each with its place in the text.
import { t } from "@/lib/i18n";
import { BeyondThis, TextFault } from "./outcome";

export interface Token {
  kind: "name" | "number" | "string" | "sign" | "end";
  /** A string's content, otherwise what stands there. */
  text: string;
  from: number;
  to: number;
}

const SIGNS = ["**", "//", "==", "!=", "<=", ">=", ..."|.,:()[]{}+-*/%~<>="];
const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\", '"': '"', "'": "'" };

export function tokensOf(source: string, at: number): Token[] {
  const tokens: Token[] = [];
  let here = 0;
  while (here < source.length) {
    const rest = source.slice(here);
    const from = at + here;
    const add = (kind: Token["kind"], length: number, text = rest.slice(0, length)) => {
      tokens.push({ kind, text, from, to: from + length });
      here += length;
    };
    const space = /^\s+/.exec(rest);
    const name = /^[A-Za-z_]\w*/.exec(rest);
    const number = /^\d+(\.\d+)?([eE][-+]?\d+)?/.exec(rest);
    const sign = SIGNS.find((each) => rest.startsWith(each));
    if (space) here += space[0].length;
    else if (name) add("name", name[0].length);
    else if (number) add("number", number[0].length);
    else if (rest[0] === '"' || rest[0] === "'") {
      const read = readString(rest, from);
      add("string", read.length, read.content);
    } else if (sign !== undefined) add("sign", sign.length);
    else {
      const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      const message = t(
        "{{letter}} can't stand here. Names have letters of the alphabet, digits and underscores.",
        { letter },
      );
      throw new TextFault(message, from, from + letter.length);
    }
  }
  const end = at + source.length;
  return [...tokens, { kind: "end", text: "", from: end, to: end }];
}

function readString(text: string, at: number): { content: string; length: number } {
  const quote = text[0];
  let content = "";
  for (let here = 1; here < text.length; here++) {
    const letter = text[here] ?? "";
    if (letter === quote) return { content, length: here + 1 };
    if (letter === "\\") {
      here++;
      const meant = ESCAPES[text[here] ?? ""];
      if (meant === undefined) throw new BeyondThis(`\\${text[here] ?? ""}`);
      content += meant;
    } else content += letter;
  }
  throw new TextFault(t("This text is not closed: its quotation mark is missing."), at, at + text.length);
}
