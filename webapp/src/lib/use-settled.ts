// A value once it has been the same for a moment, so that not every key that is typed becomes a request.
import { useEffect, useState } from "react";

const SETTLED_AFTER_MS = 250;

export function useSettled<T>(value: T, afterMs = SETTLED_AFTER_MS): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}
