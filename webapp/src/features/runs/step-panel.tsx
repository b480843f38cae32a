// One step looked at closely: why it ran, what went in and came out, what it wrote, what went wrong.

import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Link } from "react-router";
import { JsonView } from "@/components/json-view";
import { Ago, Elapsed } from "@/components/moment";
import { ServerText } from "@/components/server-text";
import { PanelSection } from "@/components/side-panel";
import { StatusBadge } from "@/components/status-badge";
import { Tabs } from "@/components/tabs";
import { locale, Trans, t } from "@/lib/i18n";
import { useNow } from "@/lib/now";
import { hasEnded, stepHasEnded } from "@/lib/status";
import { formatDuration } from "@/lib/time";
import { AttemptList } from "./attempt-list";
import { LogView } from "./log-view";
import { RunErrorNotice } from "./run-error-notice";
import type { StepState } from "./run-state";
import { type RunStore, useRunStore } from "./run-store";
import { type StepTab, tabOf } from "./step-tab";

interface StepPanelProps {
  store: RunStore;
  step: StepState;
  /** Asks for the step's data, which events do not carry. */
  refresh: () => void;
  /** What can be done about the step. */
  actions?: ReactNode;
}

export function StepPanel({ store, step, refresh, actions }: StepPanelProps) {
  const logs = useRunStore(store, (each) => each.logs);
  const runEnded = useRunStore(store, ({ run }) => hasEnded(run.status));
  const snapshotSeq = useRunStore(store, ({ run }) => run.snapshotSeq);
  const lines = useMemo(() => logs.lines.filter((line) => line.step === step.path), [logs.lines, step.path]);

  const [chosen, setChosen] = useState<StepTab>();
  const [shown, setShown] = useState<StepTab>();
  const tab = chosen ?? tabOf(shown, step, lines.length);
  if (tab !== shown) setShown(tab);
  const isBehind = step.seq > snapshotSeq;
  const hasData = stepHasEnded(step.status) || step.status === "running" || step.status === "waiting";
  // What is asked for may be older than the next event: it is asked for again as long as it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another event, or another state that is older, is another reason.
  useEffect(() => {
    if (isBehind && hasData) refresh();
  }, [isBehind, hasData, step.seq, snapshotSeq, refresh]);

  return (
    <>
      <div className="space-y-2 px-3 pb-2.5">
        <Facts step={step} />
        {step.reason && (
          <p className="rounded-md bg-sunken px-2.5 py-1.5 text-sm" data-reason>
            <span className="text-muted">{t("Why:")} </span>
            <ServerText text={step.reason} />
          </p>
        )}
        {step.error && <RunErrorNotice error={step.error} />}
        {step.child && (
          <p className="text-sm">
            <Link to={`/runs/${step.child}`} className="text-accent underline underline-offset-2">
              {t("Open the run that it called")}
            </Link>
          </p>
        )}
        {actions}
        <AttemptList attempts={step.retrying ? step.attempts.slice(0, -1) : step.attempts} />
      </div>
      <Tabs<StepTab>
        label={t("Step")}
        current={tab}
        onChange={setChosen}
        tabs={[
          { name: "output", label: t("Output") },
          { name: "input", label: t("Input") },
          {
            name: "logs",
            label: (
              <>
                {t("Logs")}{" "}
                {lines.length > 0 && (
                  <span className="text-xs text-muted">{lines.length.toLocaleString(locale())}</span>
                )}
              </>
            ),
          },
        ]}
      >
        {tab === "logs" ? (
          <LogView
            key={step.path}
            lines={lines}
            showStep={false}
            truncated={logs.truncated}
            live={!runEnded && !stepHasEnded(step.status)}
          />
        ) : (
          <div className="min-h-0 flex-1 overflow-y-auto p-3">
            <Data
              value={tab === "output" ? step.output : step.input}
              what={tab}
              step={step}
              pending={isBehind}
            />
          </div>
        )}
      </Tabs>
    </>
  );
}

function Facts({ step }: { step: StepState }) {
  const times = { started_at: step.startedAt, finished_at: step.finishedAt, duration_ms: step.durationMs };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      <StatusBadge status={step.status} label={step.retrying ? t("Waiting to retry") : undefined} />
      <Elapsed span={times} running={step.status === "running"} />
      {step.attempt > 0 && <span>{t("attempt {{number}}", { number: step.attempt })}</span>}
      {step.startedAt && (
        <span>
          <Trans i18nKey="began <ago/>" components={{ ago: <Ago at={step.startedAt} /> }} />
        </span>
      )}
      {step.status === "waiting" && step.until && <Countdown until={step.until} />}
      {step.runner && (
        <span title={step.runner}>{t("on {{runner}}", { runner: step.runner.slice(-8) })}</span>
      )}
    </div>
  );
}

function Countdown({ until }: { until: string }) {
  const left = Date.parse(until) - useNow(500);
  return (
    <span className="text-warn">
      {left > 0 ? t("goes on in {{left}}", { left: formatDuration(left) }) : t("goes on now")}
    </span>
  );
}

interface DataProps {
  value: unknown;
  what: "input" | "output";
  step: StepState;
  pending: boolean;
}

function Data({ value, what, step, pending }: DataProps) {
  if (value !== null && value !== undefined)
    return <JsonView value={value} label={what === "input" ? t("input") : t("output")} />;
  return <p className="text-sm text-muted">{nothingText(what, step, pending)}</p>;
}

function nothingText(what: "input" | "output", step: StepState, pending: boolean): string {
  if (step.status === "skipped")
    return t("This step was skipped: no path led to it, or its condition was false.");
  if (!stepHasEnded(step.status) && what === "output")
    return t("The output appears when the step has ended.");
  if (!stepHasEnded(step.status)) return t("The input appears when the step begins.");
  return pending
    ? t("Reading…")
    : what === "input"
      ? t("This step has no input.")
      : t("This step has no output.");
}

/** A node that has not become a step yet. */
export function NoStep() {
  return (
    <div className="p-3">
      <PanelSection title={t("Step")}>
        <p className="text-sm text-muted">{t("The run has not come to this node.")}</p>
      </PanelSection>
    </div>
  );
}
