// The order of applications on the dashboard: by how they stand.
import type { Application, ApplicationHealth } from "@/api/types";
import { liveOf, type Standing, standingOf } from "@/lib/application-standing";

export interface Standee {
  application: Application;
  standing: Standing;
}

/** What needs somebody comes first. */
const RANK: Record<Standing, number> = {
  failed: 0,
  unhealthy: 1,
  unknown: 2,
  running: 3,
  stopped: 4,
  none: 4,
};

/** By how much they need somebody; those that need as much stay in their order. */
export function neediestFirst(
  applications: readonly Application[],
  health: ReadonlyMap<string, ApplicationHealth>,
): Standee[] {
  return applications
    .map((application) => ({
      application,
      standing: standingOf(liveOf(application), health.get(application.id)),
    }))
    .sort((one, other) => RANK[one.standing] - RANK[other.standing]);
}
