// A key that makes repeated attempts at one write the same wish. Also where the connection is not secure, and `randomUUID` is missing.
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
