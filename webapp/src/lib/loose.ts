// Values of any type in one line of text: `3` and `{"a": 1}` are what they look like, all else is text.

export function showLoose(value: unknown): string {
  if (value === undefined || value === "") return "";
  if (typeof value !== "string") return JSON.stringify(value, null, isLarge(value) ? 2 : undefined);
  // Text that would be read as something else is shown with its quotes.
  return typeof readLoose(value) === "string" && !/^\s*"/.test(value) ? value : JSON.stringify(value);
}

export function readLoose(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[-\d[{"]|^(true|false|null)$/.test(trimmed)) return text;
  try {
    return JSON.parse(trimmed);
  } catch {
    return text;
  }
}

/** Text that begins like a list or an object and is none was probably meant to be one. */
export function looksBroken(text: string): boolean {
  const trimmed = text.trim();
  return /^[[{]/.test(trimmed) && typeof readLoose(trimmed) === "string";
}

function isLarge(value: unknown): boolean {
  return typeof value === "object" && value !== null && JSON.stringify(value).length > 40;
}
