// Where a problem leads to in a form.

/** The field itself, or what holds it where the form shows no finer one. */
export function focusField(form: HTMLElement | null, wanted: string): void {
  for (let path = wanted; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
    const row = form?.querySelector(`[data-field="${CSS.escape(path)}"]`);
    const control =
      row?.querySelector<HTMLElement>("input, textarea, select") ?? row?.querySelector<HTMLElement>("button");
    if (!control) continue;
    control.focus();
    control.scrollIntoView({ block: "nearest" });
    return;
  }
}
