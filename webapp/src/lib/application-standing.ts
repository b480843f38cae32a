// How an application stands: as the record of what is live says, unless it was asked and is not well.
import type { ApplicationHealth, LiveRelease } from "@/api/types";

export type Standing = "failed" | "unhealthy" | "running" | "stopped" | "none";

/** The record does not tell that a program hangs, or answers with nothing but faults. */
export function standingOf(live: LiveRelease | null, health: ApplicationHealth | undefined): Standing {
  if (!live) return "none";
  // How the release before was says nothing of this one.
  if (live.status !== "running" || health?.release !== live.release) return live.status;
  return health.status === "unhealthy" || health.status === "failed" ? health.status : live.status;
}
