// Opens what a screen is about, by the address that it has. What comes too late is for nobody, and why one could not be opened is not said of the next.
import { useEffect, useState } from "react";

interface Opening {
  /** Null while it is read. */
  failure: unknown;
  onRetry: () => void;
}

/** `open` reads, and hands over what takes up what was read; another function is another thing to be opened. */
export function useOpening(isWanted: boolean, open: (signal: AbortSignal) => Promise<() => void>): Opening {
  const [attempt, setAttempt] = useState(0);
  const [failed, setFailed] = useState<{ open: unknown; attempt: number; cause: unknown }>();
  useEffect(() => {
    if (!isWanted) return undefined;
    const reading = new AbortController();
    const { signal } = reading;
    open(signal)
      .then((takeUp) => !signal.aborted && takeUp())
      .catch((cause: unknown) => !signal.aborted && setFailed({ open, attempt, cause }));
    return () => reading.abort();
  }, [isWanted, open, attempt]);
  const isFailed = failed?.open === open && failed.attempt === attempt;
  return { failure: isFailed ? failed.cause : null, onRetry: () => setAttempt(attempt + 1) };
}
