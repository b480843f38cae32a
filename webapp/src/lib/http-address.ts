// What may become a link: addresses that others wrote may also be scripts.

/** The address itself where it is http(s), and nothing otherwise. */
export function httpAddress(value: unknown): string | undefined {
  return typeof value === "string" && /^https?:\/\/[^\s<>"']+$/.test(value) ? value : undefined;
}
