// Which steps a run waited for: had one of them been faster, the run would have ended sooner.
import type { StepState } from "./run-state";

export type Timed = Pick<StepState, "path" | "node" | "status" | "startedAt" | "finishedAt">;

export interface Follows {
  from: string;
  to: string;
}

interface Placed {
  step: Timed;
  /** The step that holds it, and which turn of it. */
  holder: string;
  turn: string;
  start: number;
  end: number;
}

/** Addresses of the steps on the path, from the first to the last; `now` is the end of what still runs. */
export function criticalPath(
  steps: Iterable<Timed>,
  edges: readonly Follows[],
  now: number,
): ReadonlySet<string> {
  const byHolder = new Map<string, Placed[]>();
  for (const step of steps) {
    if (!step.startedAt || step.status === "skipped") continue;
    const { holder, turn } = placeOf(step);
    const end = step.finishedAt ? Date.parse(step.finishedAt) : now;
    const placed = { step, holder, turn, start: Date.parse(step.startedAt), end };
    byHolder.set(holder, [...(byHolder.get(holder) ?? []), placed]);
  }
  const before = new Map<string, Set<string>>();
  for (const { from, to } of edges) before.set(to, (before.get(to) ?? new Set()).add(from));
  const path = new Set<string>();
  const follow = (holder: string): void => {
    const within = byHolder.get(holder) ?? [];
    let at = latest(within);
    while (at && !path.has(at.step.path)) {
      path.add(at.step.path);
      follow(at.step.path);
      at = waitedFor(at, within, before.get(at.step.node));
    }
  };
  follow("");
  return new Set([...path].reverse());
}

/** The one before it that ended last; the first of a turn, or of a catch, waited for what ended before it there. */
function waitedFor(at: Placed, within: readonly Placed[], before: ReadonlySet<string> | undefined) {
  const same = within.filter(({ turn, step }) => turn === at.turn && before?.has(step.node));
  if (same.length > 0 || at.holder === "") return latest(same);
  return latest(within.filter((each) => each !== at && each.end <= at.start));
}

/** Of those that ended in the same millisecond, the one that began last: it may have waited for the others. */
function latest(placed: readonly Placed[]): Placed | undefined {
  const isBefore = (one: Placed, other: Placed) =>
    one.end < other.end || (one.end === other.end && one.start <= other.start);
  return placed.reduce<Placed | undefined>(
    (last, each) => (!last || isBefore(last, each) ? each : last),
    undefined,
  );
}

/** `import[3].fetch` is held by `import`, in its turn `[3]`. */
function placeOf({ path, node }: Timed): { holder: string; turn: string } {
  if (path === node || !path.endsWith(`.${node}`)) return { holder: "", turn: "" };
  const around = path.slice(0, -node.length - 1);
  const turn = /\[[^\]]*\]$/.exec(around)?.[0] ?? "";
  return { holder: around.slice(0, around.length - turn.length), turn };
}
