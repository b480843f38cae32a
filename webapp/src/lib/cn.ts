// Joins class names, leaving out what is false; the name is the one every Tailwind project uses.
export function cn(...parts: (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}
