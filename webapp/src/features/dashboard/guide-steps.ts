// How far somebody is on the way to a first live application, told by what there is on the server.
import type { Application, ExecutionSummary } from "@/api/types";
import { addressOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";
import { textOf } from "@/lib/json";

/** What ships an application that has no workflow of its own for it; a run of it may be about any. */
const SHARED = "ship_application";

export interface GuideState {
  /** The application that the steps are about: the one that is furthest. */
  application: Application | undefined;
  /** The run that ships it at the moment. */
  shipping: ExecutionSummary | undefined;
  has: { application: boolean; models: boolean; release: boolean; live: boolean };
}

/** The application that is furthest. */
export function furthest(applications: readonly Application[]): Application | undefined {
  return applications.toSorted((one, other) => rank(other) - rank(one))[0];
}

/** Runs of what may ship it: the server looks for these workflows in this order when it is asked to. */
export function maybeShipping(
  application: Application,
  running: readonly ExecutionSummary[],
): ExecutionSummary[] {
  const component = application.components.find(({ name, kind }) => name === "ship" && kind === "workflow");
  const named = textOf(application.configuration.ship_workflow) ?? component?.uses;
  const names = named === undefined ? [`ship_${application.name}`, SHARED] : [named];
  return running.filter(({ workflow_name }) => names.includes(workflow_name));
}

/**
 * `shipped` says by run which application it was given: null where its workflow takes none, nothing where that is not
 * known yet.
 */
export function guideState(
  applications: readonly Application[],
  running: readonly ExecutionSummary[],
  shipped: ReadonlyMap<string, string | null>,
): GuideState {
  const application = furthest(applications);
  return {
    application,
    shipping:
      application &&
      maybeShipping(application, running).find(({ id, workflow_name }) => {
        const given = shipped.get(id);
        if (given === undefined) return workflow_name === `ship_${application.name}`;
        return given === null ? workflow_name !== SHARED : given === application.name;
      }),
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
