// The lines of a log out of its parts, each with something that it is known by while more are written.
import type { InfiniteData } from "@tanstack/react-query";
import type { ApplicationLog, ApplicationLogLine } from "@/api/types";

export interface ShownLine extends ApplicationLogLine {
  key: string;
  /** Not said where the line says it itself. */
  time: string | null;
}

/** Parts come newest first, and lines of a part oldest first. */
export function linesOf(parts: readonly ApplicationLog[]): ShownLine[] {
  const lines = parts.toReversed().flatMap((part) => part.items);
  const seen = new Map<string, number>();
  return lines.map((line) => {
    // The same text at the same time is told apart by its turn, counted from the oldest.
    const said = `${line.at} ${line.line}`;
    const turn = (seen.get(said) ?? 0) + 1;
    seen.set(said, turn);
    return { ...line, key: `${turn} ${said}`, time: timeOf(line) };
  });
}

/** The newest part of what was read, by itself. */
export function newestOf<P>({
  pages,
  pageParams,
}: InfiniteData<ApplicationLog, P>): InfiniteData<ApplicationLog, P> {
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
}

function timeOf({ at, line }: ApplicationLogLine): string | null {
  if (at === null) return null;
  return line.includes(at.slice(0, 19)) ? null : at;
}

/** By what a line says: a program's own word for how bad it is. */
export function toneOf({ line }: Pick<ApplicationLogLine, "line">): string | undefined {
  if (/^\s*(error|fatal|panicked)\b|\bpanicked at\b|\bERROR\b|"level":\s*"(error|fatal)"/i.test(line))
    return "text-bad";
  return /^\s*warn(ing)?\b|\bWARN\b|"level":\s*"warn(ing)?"/i.test(line) ? "text-warn" : undefined;
}
