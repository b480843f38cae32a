// Answers that were typed for steps of a run and not sent: who leaves is asked about them.
import { saysUnsent, type TypedAnswers, useUnsentWaits } from "@/features/answers/typed-answers";
import { type RunStore, useRunStore } from "@/features/runs/run-store";
import { useTyped, useUnsaved } from "@/lib/unsaved";

/**
 * Whoever leaves the run is asked about answers that they typed in other steps, too, as long as those wait for one. It draws
 * nothing, and stands by itself for that: the canvas is not drawn anew by what is typed.
 */
export function UnsentAnswers({ store, typed }: { store: RunStore; typed: TypedAnswers }) {
  const unsent = useUnsentWaits(typed);
  const isAny = useRunStore(
    store,
    ({ run }) =>
      unsent.length > 0 && [...run.steps.values()].some(({ wait }) => unsent.includes(wait?.id ?? "")),
  );
  useTyped(isAny, saysUnsent());
  useUnsaved(isAny);
  return null;
}
