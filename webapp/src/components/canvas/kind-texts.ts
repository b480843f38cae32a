// The catalogue of node kinds comes in English: its texts as people read them in their language.
import type { NodeKind } from "@/api/types";
import { translate } from "@/lib/i18n";

export type Say = (text: string) => string;

/** What no language has a text for stays as it is: what somebody wrote into a schema of their own, for instance. */
export function sayText(text: string, say: Say = translate): string {
  // Some are broken into the lines of the source that they come from.
  return say(text.replace(/\s+/g, " "));
}

/** As `Wait (node)`, since what is called like it elsewhere may be called otherwise in another language. */
export function kindTitle({ title }: Pick<NodeKind, "title">, say: Say = translate): string {
  const key = `${title} (node)`;
  const said = say(key);
  return said === key ? title : said;
}
