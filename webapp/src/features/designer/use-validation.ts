// Has the server check what is on the canvas, a moment after each change.
import { useEffect, useState } from "react";
import { askUntilAnswered } from "@/api/ask-until-answered";
import { validateDocument } from "./api/validate";
import { type DesignerStore, useDesigner } from "./store";

const CHECKED_AFTER_MS = 300;

/** Says whether it was checked as far as the server could be asked. */
export function useValidation(store: DesignerStore): boolean {
  const document = useDesigner(store, (each) => each.draft.document);
  const [isChecked, setChecked] = useState(true);
  useEffect(() => {
    // What is only looked at was checked when it was saved.
    if (store.isReadOnly) return undefined;
    return askUntilAnswered({
      ask: (signal) => validateDocument(document, signal),
      afterMs: CHECKED_AFTER_MS,
      onAnswer: (problems) => {
        store.setProblems(problems);
        setChecked(true);
      },
      onNone: () => setChecked(false),
    });
  }, [document, store]);
  return isChecked;
}
