// The steps of a run in the order of time, with bars that show where the time went.

import { Elapsed } from "@/components/moment";
import { StatusIcon, TONE_TEXT } from "@/components/status-badge";
import { cn } from "@/lib/cn";
import { midSentence, t } from "@/lib/i18n";
import { useNow } from "@/lib/now";
import { hasEnded, lookOf } from "@/lib/status";
import { formatDuration } from "@/lib/time";
import { criticalPath, type Follows } from "./critical-path";
import type { RunState, StepState } from "./run-state";
import { type RunStore, useRunStore } from "./run-store";
import { type Bar, barOf, inOrderOfTime } from "./waterfall";

interface StepListProps {
  store: RunStore;
  /** Labels by node id, in the order of the document. */
  labels: ReadonlyMap<string, string>;
  edges: readonly Follows[];
  selected: string | null;
  onSelect: (path: string) => void;
}

export function StepList({ store, labels, edges, selected, onSelect }: StepListProps) {
  const run = useRunStore(store, (each) => each.run);
  const steps = inOrderOfTime(run.steps.values(), [...labels.keys()]);
  const end = useEnd(run);
  const start = run.startedAt ? Date.parse(run.startedAt) : end;
  const critical = criticalPath(steps, edges, end);
  return (
    <>
      {critical.size > 0 && (
        <p className="flex items-baseline gap-x-2 px-3 pt-2 pb-1 text-muted text-xs" data-critical-path>
          <span aria-hidden className="h-2 w-4 shrink-0 rounded-full bg-current opacity-80" />
          {t(
            "Critical path: {{on}} of {{all}} steps, {{time}}. What it holds made the run last as long as it did.",
            {
              on: critical.size,
              all: steps.length,
              // Of a run that has ended, what the run says of itself: the two ends are rounded apart.
              time: formatDuration((hasEnded(run.status) ? run.durationMs : null) ?? end - start),
            },
          )}
        </p>
      )}
      <ol aria-label={t("Steps")}>
        {steps.map((step) => (
          <StepRow
            key={step.path}
            step={step}
            // A step of a block is told apart by its path: its node runs once a turn.
            label={(step.path === step.node && labels.get(step.node)) || step.path}
            bar={barOf(step, start, end)}
            isCritical={critical.has(step.path)}
            isSelected={step.path === selected}
            onSelect={() => onSelect(step.path)}
          />
        ))}
      </ol>
    </>
  );
}

/** The right edge of the bars: the end of the run, or now while it lasts. */
function useEnd(run: RunState): number {
  const ended = hasEnded(run.status);
  // Once the run has ended nothing moves any more, and the clock need not tick.
  const now = useNow(ended ? 3_600_000 : 500);
  if (run.finishedAt && ended) return Date.parse(run.finishedAt);
  // The server's clock may run ahead of this one; a bar never ends before it began.
  const latest = Math.max(0, ...[...run.steps.values()].map((step) => Date.parse(step.startedAt ?? "") || 0));
  return Math.max(now, latest + 1);
}

interface StepRowProps {
  step: StepState;
  label: string;
  bar: Bar | undefined;
  /** The run waited for it. */
  isCritical: boolean;
  isSelected: boolean;
  onSelect: () => void;
}

function StepRow({ step, label, bar, isCritical, isSelected, onSelect }: StepRowProps) {
  const look = lookOf(step.status);
  const times = { started_at: step.startedAt, finished_at: step.finishedAt, duration_ms: step.durationMs };
  return (
    <li>
      <button
        type="button"
        data-step={step.path}
        data-status={step.status}
        data-critical={isCritical || undefined}
        aria-pressed={isSelected}
        onClick={onSelect}
        className={cn(
          "grid w-full grid-cols-[minmax(9rem,14rem)_1fr_4.5rem] items-center gap-x-3 gap-y-1 px-3 py-1 max-sm:grid-cols-[1fr_auto] text-left text-sm -outline-offset-2 hover:bg-canvas pointer-coarse:py-2.5",
          isSelected && "bg-accent-soft hover:bg-accent-soft",
        )}
      >
        <span className="flex min-w-0 items-center gap-2">
          <StatusIcon status={step.status} />
          <span className={cn("truncate", step.status === "skipped" && "text-muted")}>{label}</span>
          {step.attempt > 1 && <span className="text-xs text-warn">×{step.attempt}</span>}
          <span className="sr-only">
            {isCritical ? t("{{status}}, on the critical path", { status: look.label }) : look.label}
          </span>
        </span>
        {/* On a phone it has a line of its own, below. */}
        <span
          aria-hidden
          className="relative h-2 overflow-hidden rounded-full bg-line/60 max-sm:order-last max-sm:col-span-2"
        >
          {bar && (
            <span
              className={cn(
                "absolute inset-y-0 min-w-1 rounded-full bg-current",
                isCritical ? "opacity-90" : "opacity-35",
                TONE_TEXT[look.tone],
              )}
              style={{
                left: `min(${bar.start * 100}%, 100% - 4px)`,
                width: `${(bar.end - bar.start) * 100}%`,
              }}
            />
          )}
        </span>
        <span className="text-right text-xs text-muted">
          {bar ? <Elapsed span={times} running={step.finishedAt === null} /> : midSentence(look.label)}
        </span>
      </button>
    </li>
  );
}
