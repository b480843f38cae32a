// Has the server check what is being edited, when the hand rests. Where boxes stand is nobody's business.
import { useEffect } from "react";
import { useMay } from "@/api/profile";
import { checkApplication } from "./api/check-application";
import { checkModel } from "./api/check-model";
import type { Home } from "./api/opened";
import { placeProblem } from "./problems";
import { type ModelStore, useModels } from "./store";

/** Each question is an entry of the audit log, so that not every letter is one. */
const CHECKED_AFTER_MS = 700;

/** Whoever may not ask is told when they save. */
export function useMayCheck(home: Home): boolean {
  const takes = { application: "applications:read", model: "workspace:import" } as const;
  return useMay(takes[home]);
}

export function useCheck(store: ModelStore): void {
  const document = useModels(store, (each) => each.draft.document);
  const mayAsk = useMayCheck(store.home);
  useEffect(() => {
    if (!mayAsk || store.isReadOnly) return undefined;
    if (store.base.id !== undefined && !store.isDirty) {
      // The server has taken it as it is.
      store.setProblems([]);
      return undefined;
    }
    const asking = new AbortController();
    const timer = setTimeout(() => {
      // A server that cannot be asked now is asked again after the next change, and when it is saved.
      const checked =
        store.home === "application"
          ? checkApplication(document, store.base, asking.signal)
          : checkModel(document, store.ownName, asking.signal);
      checked.then(
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
