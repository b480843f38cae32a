// What the API says about single fields of a form, by their names; its pointers look like `/email` or `/scopes/0`.

/** The server begins with the place, as `scopes[1].name`; at its field, or behind its place, that would be said twice. */
export function withoutSubject(message: string, path: string): string {
  const segments = path.split("/").slice(1);
  const names = segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  const subject = names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`)).join("");
  const beginning = `\`${subject.replace(/^\./, "")}\` `;
  return subject !== "" && message.startsWith(beginning) ? message.slice(beginning.length) : message;
}

interface Detail {
  path: string;
  message: string;
  atPlace: string;
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
    else errors[name] ??= detail.atPlace;
  }
  return { errors, others };
}
