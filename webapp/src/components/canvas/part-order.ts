// Which part of a screen follows, round and round.

/** `takes` says of each part whether the keyboard can be in it; `at` is -1 outside of all of them. */
export function partAfter(takes: readonly boolean[], at: number, step: 1 | -1): number | undefined {
  const start = at < 0 && step < 0 ? 0 : at;
  for (let far = 1; far <= takes.length; far += 1) {
    const next = (start + step * far + takes.length * 2) % takes.length;
    if (takes[next]) return next;
  }
  return undefined;
}
