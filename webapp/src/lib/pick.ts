// Finds what fits a few typed words: beginnings of words first, then what holds them anywhere.

export interface Pickable {
  id: string;
  title: string;
  hint?: string;
  group?: string;
  /** More words by which it is found. */
  keys?: string;
}

/** In the order in which they are given; while words are typed, the better fit first. */
export function pickFrom<T extends Pickable>(items: readonly T[], text: string): T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  return items
    .map((item, index) => ({ item, index, score: scoreOf(item, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map(({ item }) => item);
}

function scoreOf(item: Pickable, words: readonly string[]): number {
  const title = item.title.toLowerCase();
  const keys = (item.keys ?? "").toLowerCase();
  const rest = `${item.hint ?? ""} ${item.group ?? ""}`.toLowerCase();
  let score = 0;
  for (const word of words) {
    if (title.startsWith(word)) score += 8;
    else if (begins(title, word)) score += 6;
    else if (begins(keys, word)) score += 5;
    else if (title.includes(word)) score += 4;
    else if (keys.includes(word)) score += 3;
    else if (rest.includes(word)) score += 1;
    else return 0;
  }
  return score;
}

function begins(text: string, word: string): boolean {
  return new RegExp(`\\b${word.replace(/\W/g, "\\$&")}`).test(text);
}
