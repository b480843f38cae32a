// One shared clock for every ticking label, so that a hundred of them cost one timer.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present moment, rounded down so that a label re-renders no more often than it can change. */
export function useNow(everyMs = 1_000): number {
  const read = () => {
    if (timer === undefined) now = Date.now();
    return Math.floor(now / everyMs) * everyMs;
  };
  return useSyncExternalStore(subscribe, read, read);
}
