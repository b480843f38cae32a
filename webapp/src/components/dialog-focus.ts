// Where the keyboard begins in a dialog: the browser would give it to the first button, which closes it.

/** What a dialog that asks before something is lost says of its harmless button: who goes on typing loses nothing. */
export const HARMLESS = { "data-harmless": true };

const FIELDS = ":is(input, textarea, select, .cm-content):not(:disabled, [readonly], [type=hidden])";

/** In this order; what is marked comes first. Within what may be done by the next key, only what is seen counts. */
export function beginIn(body: HTMLElement | null): void {
  if (!body) return;
  const place =
    find(body, "[data-harmless]:not(:disabled)") ??
    find(body, FIELDS) ??
    // Of what is longer than its room, the main button says yes to what nobody has read yet.
    (body.scrollHeight <= body.clientHeight ? find(body, "[data-primary]:not(:disabled)") : undefined);
  // Otherwise what it says: the arrow keys scroll it, and Tab goes on from there.
  (place ?? body).focus({ preventScroll: place === undefined });
}

function find(body: HTMLElement, selector: string): HTMLElement | undefined {
  const shown = [...body.querySelectorAll<HTMLElement>(selector)].filter(
    (each) => each.getClientRects().length > 0,
  );
  // Of choices that exclude each other the keyboard stops at the one that is chosen.
  return shown.find((each) => !isLeftOut(each, shown)) ?? shown[0];
}

function isLeftOut(each: HTMLElement, shown: readonly HTMLElement[]): boolean {
  if (!(each instanceof HTMLInputElement) || each.type !== "radio" || each.checked) return false;
  return shown.some(
    (other) => other instanceof HTMLInputElement && other.name === each.name && other.checked,
  );
}
