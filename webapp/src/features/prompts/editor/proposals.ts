// What can be written next in a prompt: within braces the values that it takes, after a bar what can be done to one.

export interface Proposals {
  /** The word that is being written. */
  begun: string;
  options: { label: string; type: string }[];
  /** The braces were opened just now, or a bar was typed, so that they are shown without being asked for. */
  isFresh: boolean;
}

const FILTERS = [
  "default",
  "first",
  "items",
  "join",
  "last",
  "length",
  "lower",
  "replace",
  "title",
  "trim",
  "upper",
];
const STATEMENTS = ["if", "elif", "else", "endif", "for", "endfor", "set", "raw", "endraw"];

/** None where the caret is in no braces, or in a string within them. */
export function proposals(text: string, caret: number, names: readonly string[]): Proposals | undefined {
  const before = text.slice(0, caret);
  const from = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  if (from < 0) return undefined;
  const isStatement = before.startsWith("{%", from);
  const code = before.slice(from + 2);
  if (code.includes(isStatement ? "%}" : "}}") || isInString(code)) return undefined;
  const begun = /[A-Za-z_]\w*$/.exec(code)?.[0] ?? "";
  const lead = code.slice(0, code.length - begun.length).trimEnd();
  // What a value holds is known to nobody here.
  if (lead.endsWith(".")) return undefined;
  const isFilter = lead.endsWith("|");
  const isFirst = /^[-+]?$/.test(lead);
  const words = isFilter ? FILTERS : isStatement && isFirst ? STATEMENTS : names;
  const type = isFilter ? "function" : isStatement && isFirst ? "keyword" : "variable";
  const options = words.filter((word) => word !== begun).map((label) => ({ label, type }));
  return options.length === 0 ? undefined : { begun, options, isFresh: isFirst || isFilter };
}

function isInString(code: string): boolean {
  let quote = "";
  for (let at = 0; at < code.length; at++) {
    const letter = code[at] ?? "";
    if (quote !== "" && letter === "\\") at++;
    else if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
  }
  return quote !== "";
}
