// Reads a part of a store that lives outside of React, so that a change re-renders what reads it and nothing else.
import { useSyncExternalStore } from "react";

interface Watched {
  subscribe: (listener: () => void) => () => void;
}

/** `read` must return the same reference while nothing changed. */
export function useStore<S extends Watched, T>(store: S, read: (store: S) => T): T {
  const snapshot = () => read(store);
  return useSyncExternalStore(store.subscribe, snapshot, snapshot);
}
