// Which lines of a long log are in view: the arithmetic of rendering only those.

export interface LogWindow {
  first: number;
  last: number;
}

const MARGIN = 20;

export function visibleLines(
  scrollTop: number,
  height: number,
  lineHeight: number,
  count: number,
): LogWindow {
  const first = Math.max(0, Math.floor(scrollTop / lineHeight) - MARGIN);
  const last = Math.min(count, Math.ceil((scrollTop + height) / lineHeight) + MARGIN);
  return { first: Math.min(first, last), last };
}

/** Within a line and a half of the end counts as the end: browsers round scroll positions. */
export function isAtEnd(
  scrollTop: number,
  height: number,
  scrollHeight: number,
  lineHeight: number,
): boolean {
  return scrollHeight - height - scrollTop < lineHeight * 1.5;
}
