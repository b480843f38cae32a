// Which nodes an expression speaks of, and how it reads when one of them is called otherwise.
import { skipLiteral, splitTemplate } from "./template";

const REFERENCE = /(?<![\w.])(nodes|resume)(\s*\.\s*([A-Za-z_]\w*)|\s*\[\s*"([A-Za-z_]\w*)"\s*\])/y;

/** Replaces ids in code; strings and comments in it stay as they are. */
export function renameInCode(code: string, rename: (id: string) => string): string {
  let out = "";
  let at = 0;
  while (at < code.length) {
    const end = skipLiteral(code, at);
    if (end > at) {
      const literal = code.slice(at, end);
      out += code[at] === "`" ? `\`${renameInTemplate(literal.slice(1, -1), rename)}\`` : literal;
      at = end;
      continue;
    }
    REFERENCE.lastIndex = at;
    const found = REFERENCE.exec(code);
    if (!found) {
      out += code[at];
      at++;
      continue;
    }
    const [all, root = "", , dotted, quoted] = found;
    const id = dotted ?? quoted ?? "";
    const tail = all.slice(root.length);
    const cut = tail.lastIndexOf(id);
    out += root + tail.slice(0, cut) + rename(id) + tail.slice(cut + id.length);
    at += all.length;
  }
  return out;
}

/** Replaces ids in the `${ … }` of a text. */
export function renameInTemplate(text: string, rename: (id: string) => string): string {
  if (!text.includes("${")) return text;
  let out = "";
  let at = 0;
  for (const piece of splitTemplate(text)) {
    if (!piece.isExpression) continue;
    out += text.slice(at, piece.start) + renameInCode(piece.source, rename);
    at = piece.start + piece.source.length;
  }
  return out + text.slice(at);
}
