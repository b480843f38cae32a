// One of many, and which one is meant by what somebody has typed in full. Pure.
export interface Choice {
  id: string;
  title: string;
  hint?: string;
}

/** Of several with the same title none is meant: only one's id tells which. */
export function namedBy(typed: string, choices: readonly Choice[]): Choice | undefined {
  const words = typed.trim().toLowerCase();
  if (words === "") return undefined;
  const byId = choices.find(({ id }) => id.toLowerCase() === words);
  const titled = choices.filter(({ title }) => title.toLowerCase() === words);
  return byId ?? (titled.length === 1 ? titled[0] : undefined);
}
