// Has the server check what is on the canvas, a moment after each change.
import { useEffect } from "react";
import { validateDocument } from "./api/validate";
import { type DesignerStore, useDesigner } from "./store";

const CHECKED_AFTER_MS = 300;

export function useValidation(store: DesignerStore): void {
  const document = useDesigner(store, (each) => each.draft.document);
  useEffect(() => {
    // What is only looked at was checked when it was saved.
    if (store.isReadOnly) return undefined;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      // A server that cannot be asked now is asked again after the next change, and when it is saved.
      validateDocument(document, asking.signal).then(
        (problems) => store.setProblems(problems),
        () => undefined,
      );
    }, CHECKED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [document, store]);
}
