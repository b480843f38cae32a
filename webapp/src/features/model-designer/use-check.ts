// Has the server check what is being edited, when the hand rests. Where boxes stand is nobody's business.
import { useEffect, useState } from "react";
import { askUntilAnswered } from "@/api/ask-until-answered";
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

/** Says whether it was checked as far as the server could be asked. */
export function useCheck(store: ModelStore): boolean {
  const document = useModels(store, (each) => each.draft.document);
  const mayAsk = useMayCheck(store.home);
  const [isChecked, setChecked] = useState(true);
  useEffect(() => {
    if (!mayAsk || store.isReadOnly) return undefined;
    if (store.base.id !== undefined && !store.isDirty) {
      // The server has taken it as it is.
      store.setProblems([]);
      setChecked(true);
      return undefined;
    }
    return askUntilAnswered({
      ask: (signal) =>
        store.home === "application"
          ? checkApplication(document, store.base, signal)
          : checkModel(document, store.ownName, signal),
      afterMs: CHECKED_AFTER_MS,
      onAnswer: (faults) => {
        store.setProblems(faults.map((fault) => placeProblem(document, fault)));
        setChecked(true);
      },
      onNone: () => setChecked(false),
    });
  }, [document, store, mayAsk]);
  return isChecked;
}
