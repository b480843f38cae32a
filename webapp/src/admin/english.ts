// What stands for lib/i18n in the admin page: it speaks English alone, and carries nothing to translate with.

export function t(text: string, values: Record<string, unknown> = {}): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_hole, name: string) => String(values[name] ?? ""));
}
