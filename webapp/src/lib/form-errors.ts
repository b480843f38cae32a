// What the API says about single fields of a form, by their names; its pointers look like `/email` or `/scopes/0`.

interface Detail {
  path: string;
  message: string;
}

/**
 * The server begins with the place, as `scopes[1].name`; where a message stands at its field, or behind its place, that is
 * said twice. Where no place is shown it has to stay.
 */
export function withoutSubject({ message, path }: Detail): string {
  const segments = path.split("/").slice(1);
  const names = segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  const subject = names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`)).join("");
  const beginning = `\`${subject.replace(/^\./, "")}\` `;
  return subject !== "" && message.startsWith(beginning) ? message.slice(beginning.length) : message;
}

/** The first message for each field, and what is about none of them. */
export function fieldErrors(
  details: readonly Detail[],
  fields: readonly string[],
): { errors: Record<string, string>; others: Detail[] } {
  const errors: Record<string, string> = {};
  const others: Detail[] = [];
  for (const detail of details) {
    const name = detail.path.split("/")[1] ?? "";
    if (!fields.includes(name)) others.push(detail);
    else errors[name] ??= withoutSubject(detail);
  }
  return { errors, others };
}
