// How a canvas learns what its nodes are doing, without knowing where that comes from.
import { createContext, useContext, useSyncExternalStore } from "react";
import type { StepStatus } from "@/api/types";

export interface NodeProgress {
  status: StepStatus;
  attempt: number;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  retrying: boolean;
}

export interface ProgressSource {
  subscribe: (listener: () => void) => () => void;
  /** The same reference as long as nothing about the node has changed. */
  stepOfNode: (node: string) => NodeProgress | undefined;
}

/** Without a source the canvas shows the workflow itself, not a run of it. */
export const ProgressContext = createContext<ProgressSource | null>(null);

const NOTHING = () => () => undefined;

export function useNodeProgress(node: string): NodeProgress | undefined {
  const source = useContext(ProgressContext);
  const read = () => source?.stepOfNode(node);
  return useSyncExternalStore(source?.subscribe ?? NOTHING, read, read);
}

export type EdgeState = "idle" | "waiting" | "active" | "taken" | "dead";

/** An edge follows its ends: dead when the path was not taken, active while its target works. */
export function edgeState(
  source: StepStatus | undefined,
  target: StepStatus | undefined,
  isErrorEdge: boolean,
): EdgeState {
  if (source === undefined && target === undefined) return "idle";
  if (target === "skipped" || source === "skipped" || source === "cancelled") return "dead";
  if (isErrorEdge ? source === "succeeded" : source === "failed") return "dead";
  if (source !== "succeeded" && source !== "failed") return "waiting";
  if (target === "running" || target === "waiting") return "active";
  return "taken";
}
