// How far somebody is on the way to a first live application, told by what there is on the server.
import type { Application, ExecutionSummary } from "@/api/types";
import { addressOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";

export interface GuideState {
  /** The application that the steps are about: the one that is furthest. */
  application: Application | undefined;
  /** The run that ships it at the moment. */
  shipping: ExecutionSummary | undefined;
  has: { application: boolean; models: boolean; release: boolean; live: boolean };
}

export function guideState(
  applications: readonly Application[],
  running: readonly ExecutionSummary[],
): GuideState {
  const application = applications.toSorted((one, other) => rank(other) - rank(one))[0];
  return {
    application,
    shipping: application && running.find((run) => run.workflow_name === `ship_${application.name}`),
    has: {
      application: application !== undefined,
      models: application !== undefined && application.models.length > 0,
      release: application?.live != null,
      live: application?.live?.status === "running",
    },
  };
}

export function isDone({ has }: GuideState): boolean {
  return has.application && has.models && has.release && has.live;
}

/** Where to open what is live. */
export function liveAddress({ name, live }: Pick<Application, "name" | "live">): string | undefined {
  const url = live?.status === "running" ? httpAddress(live.url) : undefined;
  return url && addressOf({ application: name, url });
}

function rank(application: Application): number {
  if (application.live?.status === "running") return 3;
  if (application.live) return 2;
  return application.models.length > 0 ? 1 : 0;
}
