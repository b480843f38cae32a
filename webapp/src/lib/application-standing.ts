// How an application stands: as the record of what is live says, unless it was asked and is not well.
import type { Application, ApplicationHealth, LiveRelease } from "@/api/types";

export type Standing = "failed" | "unhealthy" | "unknown" | "running" | "stopped" | "none";

/** Null where nothing is live, and nothing where the server can't tell what is. */
export function liveOf(
  application: Pick<Application, "live" | "live_known">,
): LiveRelease | null | undefined {
  return application.live_known === false ? undefined : (application.live ?? null);
}

/** What was answered last, unless it has been asked since and did not answer: it may be otherwise by now. */
export function verdictOf(asked: {
  data: ApplicationHealth | undefined;
  isError: boolean;
}): ApplicationHealth | undefined {
  return asked.isError ? undefined : asked.data;
}

/** The record does not tell that a program hangs, or answers with nothing but faults. */
export function standingOf(
  live: LiveRelease | null | undefined,
  health: ApplicationHealth | undefined,
): Standing {
  if (live === undefined) return "unknown";
  if (live === null) return "none";
  // How the release before was says nothing of this one.
  if (live.status !== "running" || health?.release !== live.release) return live.status;
  return health.status === "unhealthy" || health.status === "failed" ? health.status : live.status;
}
