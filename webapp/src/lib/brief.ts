// A value in a few signs, for where there is a line and no more. Pure.

const BRIEF = 60;

export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return isBrief(text) ? text : `${text.slice(0, BRIEF - 2)}…`;
}

/** Whether that text says all of it. */
export function isBrief(text: string): boolean {
  return text.length <= BRIEF;
}
