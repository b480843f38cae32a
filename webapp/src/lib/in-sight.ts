// What rows of long lists ask for by themselves waits for a moment, so that whoever scrolls past asks for nothing.
const SETTLE_MS = 80;

/** Resolves once a row has stayed in sight, unless the question is taken back before. */
export function stayInSight(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, SETTLE_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
