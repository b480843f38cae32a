// From the wish for a preview to where it is: the models are saved, a run is begun, and followed to its end.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { SingleFlight } from "@/lib/single-flight";
import { followPreview } from "./api/follow-preview";
import { type Previewed, useStartPreview } from "./api/start-preview";
import { type Outcome, outcomeOf } from "./outcome";

export interface PreviewRun {
  /** Nothing was begun here. */
  outcome: Outcome | null;
  runId: string | null;
  /** Why it could not be begun, or not be followed. */
  failure: Error | null;
  start: () => Promise<void>;
  reset: () => void;
}

/** `prepare` saves what has to be saved first, and says whether that worked. */
export function usePreview(
  application: Previewed,
  prepare: (() => Promise<boolean>) | undefined,
): PreviewRun {
  const queries = useQueryClient();
  const begin = useStartPreview();
  const [isPreparing, setPreparing] = useState(false);
  const [flight] = useState(() => new SingleFlight<void>());
  const [runId, setRunId] = useState<string | null>(null);
  const run = useQuery({ ...followPreview(runId ?? ""), enabled: runId !== null });
  const outcome = runId === null ? null : outcomeOf(run.data);
  const state = outcome?.state;
  useEffect(() => {
    if (state === "ready" || state === "failed")
      void queries.invalidateQueries({ queryKey: ["applications"] });
  }, [state, queries]);
  const startNow = async () => {
    setRunId(null);
    begin.reset();
    setPreparing(true);
    try {
      if (prepare && !(await prepare())) return;
      const { id, updated_at } = application;
      setRunId((await begin.mutateAsync({ id, updated_at })).id);
    } catch {
      // The mutation keeps why, and `failure` shows it.
    } finally {
      setPreparing(false);
    }
  };
  return {
    outcome: isPreparing ? { state: "starting" } : outcome,
    runId,
    failure: begin.error ?? (state === "starting" ? run.error : null),
    // Pressed again meanwhile, it is the same wish.
    start: () => flight.do(startNow, () => false),
    reset: () => {
      setRunId(null);
      begin.reset();
    },
  };
}
