// When times to come are asked for again: as soon as the first of them has passed, and now and then.

const AT_MOST_MS = 30_000;
/** Where the server's clock is behind, the first time it tells has passed here already. */
const AT_LEAST_MS = 2_000;

export function nextLook(times: readonly string[] | undefined, now: number): number {
  const first = Date.parse(times?.[0] ?? "");
  if (Number.isNaN(first)) return AT_MOST_MS;
  return Math.min(AT_MOST_MS, Math.max(AT_LEAST_MS, first - now + 500));
}

/** How long a query of them waits. */
export function whenPassed({ state }: { state: { data: { times: string[] } | undefined } }): number {
  return nextLook(state.data?.times, Date.now());
}
