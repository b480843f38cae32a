// Has the server check what is being edited, when the hand rests. Where boxes stand is nobody's business.
import { useEffect } from "react";
import { useMay } from "@/api/profile";
import { check } from "./api/check";
import { placeProblem } from "./problems";
import { type ModelStore, useModels } from "./store";

/** Each question is an entry of the audit log, so that not every letter is one. */
const CHECKED_AFTER_MS = 700;

/** Whoever may not ask is told when they save. */
export function useMayCheck(): boolean {
  return useMay("workspace:import");
}

export function useCheck(store: ModelStore): void {
  const document = useModels(store, (each) => each.draft.document);
  const mayAsk = useMayCheck();
  useEffect(() => {
    if (!mayAsk) return undefined;
    if (store.base.id !== undefined && !store.isDirty) {
      // The server has taken it as it is.
      store.setProblems([]);
      return undefined;
    }
    const asking = new AbortController();
    const timer = setTimeout(() => {
      // A server that cannot be asked now is asked again after the next change, and when it is saved.
      check(document, { home: store.home, ownName: store.ownName, signal: asking.signal }).then(
        (faults) => store.setProblems(faults.map((fault) => placeProblem(document, fault))),
        () => undefined,
      );
    }, CHECKED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [document, store, mayAsk]);
}
