// The run as a whole: its result, what it was given, and the log of all its steps together.

import { useState } from "react";
import { Link } from "react-router";
import type { ExecutionDetail } from "@/api/types";
import { CopyButton } from "@/components/copy-button";
import { JsonView } from "@/components/json-view";
import { Ago } from "@/components/moment";
import { PanelSection } from "@/components/side-panel";
import { Tabs } from "@/components/tabs";
import { addressOf, deployedBy } from "@/lib/deployment";
import { locale, t } from "@/lib/i18n";
import { hasEnded } from "@/lib/status";
import { beginningPath, beginningWords } from "./beginning";
import { LogView } from "./log-view";
import { RunErrorNotice } from "./run-error-notice";
import { stepThatFailed } from "./run-state";
import { type RunStore, useRunStore } from "./run-store";

type TabName = "result" | "logs";

export function RunPanel({ run, store }: { run: ExecutionDetail; store: RunStore }) {
  const [tab, setTab] = useState<TabName>("result");
  const { status, error } = useRunStore(store, (each) => each.run);
  const logs = useRunStore(store, (each) => each.logs);
  const ended = hasEnded(status);
  const deployed = deployedBy(run);
  const hasInputs = Object.keys(run.inputs ?? {}).length > 0;
  return (
    <Tabs<TabName>
      label={t("Run")}
      current={tab}
      onChange={setTab}
      tabs={[
        { name: "result", label: t("Result") },
        {
          name: "logs",
          label: (
            <>
              {t("Logs")}{" "}
              {logs.lines.length > 0 && (
                <span className="text-xs text-muted">{logs.lines.length.toLocaleString(locale())}</span>
              )}
            </>
          ),
        },
      ]}
    >
      {tab === "logs" ? (
        <LogView lines={logs.lines} showStep truncated={logs.truncated} live={!ended} />
      ) : (
        <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3">
          {error && <RunErrorNotice error={error} more={<FailedStep store={store} />} />}
          {deployed && (
            <PanelSection title={t("Application")}>
              <a
                href={addressOf(deployed)}
                target="_blank"
                rel="noreferrer"
                className="break-all text-sm text-accent underline underline-offset-2"
              >
                {addressOf(deployed)}
              </a>
            </PanelSection>
          )}
          <PanelSection title={t("Output")}>
            {run.output !== null && run.output !== undefined ? (
              <JsonView value={run.output} label={t("output")} />
            ) : (
              <p className="text-sm text-muted">
                {ended ? t("This run has no output.") : t("The output appears when the run has ended.")}
              </p>
            )}
          </PanelSection>
          <PanelSection title={t("Inputs")}>
            {hasInputs ? (
              <JsonView value={run.inputs} label={t("inputs")} />
            ) : (
              <p className="text-sm text-muted">{t("It was started without inputs.")}</p>
            )}
          </PanelSection>
          <PanelSection title={t("About")}>
            <RunFacts run={run} />
          </PanelSection>
        </div>
      )}
    </Tabs>
  );
}

/** The step that the run failed for, a click away. */
function FailedStep({ store }: { store: RunStore }) {
  const path = useRunStore(store, ({ run }) => stepThatFailed(run)?.path);
  if (path === undefined) return null;
  return (
    <Link
      to={`?${new URLSearchParams({ node: path })}`}
      replace
      preventScrollReset
      className="text-accent underline"
    >
      {t("Show the step {{step}}", { step: path })}
    </Link>
  );
}

function Beginning({ run }: { run: ExecutionDetail }) {
  const words = beginningWords(run.trigger);
  const path = beginningPath(run.trigger, run.trigger_id);
  if (path)
    return (
      <Link to={path} className="text-accent underline">
        {words}
      </Link>
    );
  return run.started_by?.name ? `${run.started_by.name} (${words})` : words;
}

function RunFacts({ run }: { run: ExecutionDetail }) {
  return (
    <dl className="grid grid-cols-[6rem_1fr] gap-y-1 text-sm [&>dt]:text-muted">
      <dt>{t("Started by")}</dt>
      <dd>
        <Beginning run={run} />
      </dd>
      <dt>{t("Workflow")}</dt>
      <dd>
        {run.workflow_id ? (
          <Link to={`/workflows/${run.workflow_id}`} className="text-accent underline">
            {run.workflow_name}
          </Link>
        ) : (
          run.workflow_name
        )}{" "}
        v{run.workflow_version}
      </dd>
      <dt>{t("Created")}</dt>
      <dd>
        <Ago at={run.created_at} />
      </dd>
      {run.parent && (
        <>
          <dt>{t("Called by")}</dt>
          <dd>
            <Link to={`/runs/${run.parent.execution_id}`} className="text-accent underline">
              {t("step {{step}} of another run", { step: run.parent.step })}
            </Link>
          </dd>
        </>
      )}
      {run.rerun_of && (
        <>
          <dt>{t("Goes on")}</dt>
          <dd>
            <Link to={`/runs/${run.rerun_of}`} className="text-accent underline">
              {run.rerun_from.length > 0
                ? t("from {{steps}} of an earlier run", { steps: run.rerun_from.join(", ") })
                : t("from what failed of an earlier run")}
            </Link>
          </dd>
        </>
      )}
      <dt>{t("Id")}</dt>
      <dd className="flex items-start gap-1 break-all font-mono text-xs leading-5">
        {run.id}
        <CopyButton text={run.id} label={t("Copy the id")} className="-my-1 px-1.5" />
      </dd>
    </dl>
  );
}
