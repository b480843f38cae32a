// Headers as they are typed, one a line, and what is wrong with a line.
import { t } from "@/lib/i18n";

export interface ReadHeaders {
  headers: Record<string, string>;
  fault: string | undefined;
}

export function readHeaders(text: string): ReadHeaders {
  const headers: Record<string, string> = {};
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      return {
        headers,
        fault: t("Line {{line}} is no header: write a name, a colon and a value.", { line: index + 1 }),
      };
    headers[name.toLowerCase()] = value;
  }
  return { headers, fault: undefined };
}
