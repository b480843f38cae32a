// Two values in a line each: short ones whole, long ones from shortly before where they begin to differ. Pure.
import { isBrief } from "./brief";

/** So much of what is the same stands before the difference. */
const LEAD = 8;
/** More than a line shows; what cuts it off there is the line. */
const MOST = 160;

export function fromDifference(before: unknown, after: unknown): [string, string] {
  const [one, other] = [written(before), written(after)];
  if (isBrief(one) && isBrief(other)) return [cut(one, 0), cut(other, 0)];
  let same = 0;
  while (same < one.length && same < other.length && one[same] === other[same]) same++;
  const from = same <= LEAD + 1 || before === undefined || after === undefined ? 0 : start(one, same - LEAD);
  return [cut(one, from), cut(other, from)];
}

const written = (value: unknown) => (value === undefined ? "" : (JSON.stringify(value) ?? ""));

/** Not within what belongs together: an escaped sign, or the halves of one that takes two. */
function start(text: string, at: number): number {
  const isHalf = /[\udc00-\udfff]/.test(text[at] ?? "");
  return isHalf || text[at - 1] === "\\" ? at - 1 : at;
}

function cut(text: string, from: number): string {
  const rest = text.slice(from, from + MOST);
  return `${from > 0 ? "…" : ""}${rest}${from + MOST < text.length ? "…" : ""}`;
}
