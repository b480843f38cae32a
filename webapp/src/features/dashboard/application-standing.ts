// How applications stand: as the record of what is live says, unless one was asked and is not well.
import type { Application, ApplicationHealth } from "@/api/types";

export type Standing = "failed" | "unhealthy" | "running" | "stopped" | "none";

export interface Standee {
  application: Application;
  standing: Standing;
}

/** What needs somebody comes first. */
const RANK: Record<Standing, number> = { failed: 0, unhealthy: 1, running: 2, stopped: 3, none: 3 };

/** The record does not tell that a program hangs, or answers with nothing but faults. */
export function standingOf({ live }: Application, health: ApplicationHealth | undefined): Standing {
  if (!live) return "none";
  // How the release before was says nothing of this one.
  if (live.status !== "running" || health?.release !== live.release) return live.status;
  return health.status === "unhealthy" || health.status === "failed" ? health.status : live.status;
}

/** By how much they need somebody; those that need as much stay in their order. */
export function neediestFirst(
  applications: readonly Application[],
  health: ReadonlyMap<string, ApplicationHealth>,
): Standee[] {
  return applications
    .map((application) => ({ application, standing: standingOf(application, health.get(application.id)) }))
    .sort((one, other) => RANK[one.standing] - RANK[other.standing]);
}
