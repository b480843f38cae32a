// What a run put live, and the address under which an application stays reachable from release to release.
import { httpAddress } from "./http-address";
import { isRecord, textOf } from "./json";

export interface Deployed {
  /** The application's name, where it is known. */
  application: string | undefined;
  /** Where this release listens. */
  url: string;
}

interface RunOutcome {
  output?: unknown;
  steps: readonly { kind: string; status: string; input?: unknown; output?: unknown }[];
}

/**
 * The last thing that a run deployed, by its own steps or as its output says (a workflow that it calls may have done
 * it). An address alone says nothing: every answer that a run fetched has one.
 */
export function deployedBy(run: RunOutcome): Deployed | undefined {
  const step = run.steps.findLast(({ kind, status }) => kind === "app.deploy" && status === "succeeded");
  if (step && isRecord(step.output)) {
    const url = httpAddress(step.output.url);
    const application = isRecord(step.input) ? textOf(step.input.application) : undefined;
    if (url) return { application: application ?? statedIn(run.output)?.application, url };
  }
  return statedIn(run.output);
}

function statedIn(output: unknown): Deployed | undefined {
  if (!isRecord(output)) return undefined;
  for (const value of [output, ...Object.values(output)]) {
    if (!isRecord(value)) continue;
    const url = httpAddress(value.url);
    const application = textOf(value.application);
    if (url && (application || typeof value.release === "number")) return { application, url };
  }
  return undefined;
}

/** What an application may be called, or its preview. */
const NAME = /^[a-z][a-z0-9_]{0,47}(-preview)?$/;

/** Under which name what is served straight from the models of an application is live. */
export function previewOf(application: string): string {
  return `${application}-preview`;
}

/**
 * The server of this page passes on what is asked of `<name>.localhost`, wherever the application listens by then.
 * That name leads to the reader's own machine, so it is of use only to who reads this page there.
 */
export function stableAddress(
  application: string,
  page: Pick<Location, "protocol" | "hostname" | "port">,
): string | undefined {
  const isLocal = page.hostname === "localhost" || /^(127(\.\d+){3}|\[::1\])$/.test(page.hostname);
  if (!isLocal || page.protocol !== "http:" || !NAME.test(application)) return undefined;
  return `http://${application}.localhost${page.port && `:${page.port}`}/`;
}

/** The best address for a link on this page. */
export function addressOf({ application, url }: Deployed): string {
  // While the web app is being developed, its page comes from another server, which passes nothing on.
  const stable = application && !import.meta.env.DEV && stableAddress(application, window.location);
  return stable || url;
}
