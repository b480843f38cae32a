// The values that a text is tried with, as they are typed: text, unless it is plainly something else.

/** Nothing where nothing was typed. Text that looks like something else is written in quotation marks. */
export function trialValue(typed: string): unknown {
  const text = typed.trim();
  if (text === "") return undefined;
  if (!/^(["[{]|-?\d|true$|false$|null$)/.test(text)) return typed;
  try {
    const value: unknown = JSON.parse(text);
    // `1.50` is text: as a number it would come out as 1.5.
    return typeof value === "number" && String(value) !== text ? typed : value;
  } catch {
    return typed;
  }
}

/** How a value is written where one is typed. */
export function typedFor(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string" && trialValue(value) === value) return value;
  return JSON.stringify(value);
}
