// JSON whose whole numbers arrive as they were sent: a JavaScript number rounds those beyond 2^53, and a form would then
// save another number than it was shown. Such a number is a bigint here, on the way in and on the way out.

const MARK = "\u0001whole:";
/** A text, which is passed over, or a whole number of sixteen digits and more. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

export function parseExactly(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const marked = text.replace(TOKENS, (token) =>
    token.startsWith('"') ? token : JSON.stringify(MARK + token),
  );
  return JSON.parse(marked, (_key, value) => {
    if (typeof value !== "string" || !value.startsWith(MARK)) return value;
    const digits = value.slice(MARK.length);
    return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
  });
}

export function printExactly(value: unknown): string {
  const marked = JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? MARK + each : each));
  return marked.replace(/"\\u0001whole:(-?\d+)"/g, "$1");
}
