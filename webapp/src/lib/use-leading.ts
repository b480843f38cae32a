// What was begun leads to the page that shows it, which may have to be loaded first: until it is there, the button that
// began it is as busy as before, or a second press would begin another one.
import { useCallback, useEffect, useRef, useState } from "react";

/** `lead` says when it has led there, or when somebody was kept where they are. */
export function useLeading<T>(
  lead: (begun: T) => void | Promise<void>,
): [isLeading: boolean, lead: (begun: T) => void] {
  const [isLeading, setLeading] = useState(false);
  const latest = useRef(lead);
  useEffect(() => {
    latest.current = lead;
  });
  const go = useCallback((begun: T) => {
    setLeading(true);
    const end = () => setLeading(false);
    Promise.resolve(latest.current(begun)).then(end, end);
  }, []);
  return [isLeading, go];
}
