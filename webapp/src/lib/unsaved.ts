// What would be gone if all were drawn anew: what is typed and not sent, and what is shown this once. Edits that a browser
// keeps, as designers and records do, are not among it.
import { useEffect } from "react";

const held = new Set<object>();

/** As long as it holds, nobody draws anew without asking. */
export function useUnsaved(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return;
    const mark = {};
    held.add(mark);
    return () => {
      held.delete(mark);
    };
  }, [isUnsaved]);
}

export function isAnythingUnsaved(): boolean {
  return held.size > 0;
}
