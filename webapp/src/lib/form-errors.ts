// What the API says about single fields of a form, by their names; its pointers look like `/email` or `/scopes/0`.

interface Detail {
  path: string;
  message: string;
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
    else errors[name] ??= detail.message;
  }
  return { errors, others };
}
