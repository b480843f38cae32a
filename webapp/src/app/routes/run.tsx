// /runs/:id: one run on its canvas, live while it lasts; a reload picks up where the events stopped.

import { ExternalLink, Workflow } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import type { ExecutionDetail } from "@/api/types";
import { buttonClass } from "@/components/button";
import { edgesOf, findNode, labelsOf, readGraph } from "@/components/canvas/graph";
import { NodeTitle } from "@/components/canvas/node-title";
import { useCatalogue } from "@/components/canvas/use-catalogue";
import { WorkflowCanvas } from "@/components/canvas/workflow-canvas";
import { Crumbs } from "@/components/crumbs";
import { Page } from "@/components/page";
import { SidePanel } from "@/components/side-panel";
import { Waiting } from "@/components/waiting";
import { StepAnswer } from "@/features/answers/step-answer";
import { TypedAnswers } from "@/features/answers/typed-answers";
import { CancelButton } from "@/features/runs/cancel-button";
import { PauseButton } from "@/features/runs/pause-button";
import { RerunButtons } from "@/features/runs/rerun-buttons";
import { RunPanel } from "@/features/runs/run-panel";
import { RunStatus } from "@/features/runs/run-status";
import { type RunStore, useRunStore } from "@/features/runs/run-store";
import { StepList } from "@/features/runs/step-list";
import { NoStep, StepPanel } from "@/features/runs/step-panel";
import { useLiveRun, useRefreshRun } from "@/features/runs/use-live-run";
import { RunButton } from "@/features/workflows/run-button";
import { addressOf, deployedBy } from "@/lib/deployment";
import { t } from "@/lib/i18n";
import { isRecord, textOf } from "@/lib/json";
import { hasEnded } from "@/lib/status";
import { UnsentAnswers } from "../unsent-answers";

export function RunPage() {
  const { id = "" } = useParams();
  const { query, store } = useLiveRun(id);
  const run = query.data;
  if (run && store) return <RunScreen key={run.id} run={run} store={store} />;
  return (
    <Page
      fill
      title={t("Run")}
      heading={<Crumbs parent={{ to: "/runs", label: t("Runs") }} title={t("Run")} />}
    >
      <Waiting
        reading={t("Reading the run")}
        unreadable={t("The run could not be read")}
        failure={query.error}
        onRetry={() => query.refetch()}
      />
    </Page>
  );
}

function RunScreen({ run, store }: { run: ExecutionDetail; store: RunStore }) {
  const title = (isRecord(run.document) && textOf(run.document.label)) || run.workflow_name;
  return (
    <Page
      fill
      title={title}
      heading={
        <Crumbs parent={{ to: "/runs", label: t("Runs") }} title={title}>
          <RunStatus store={store} createdAt={run.created_at} />
        </Crumbs>
      }
      actions={<RunActions run={run} store={store} title={title} />}
    >
      <RunView run={run} store={store} />
    </Page>
  );
}

function RunActions({ run, store, title }: { run: ExecutionDetail; store: RunStore; title: string }) {
  const navigate = useNavigate();
  const ended = useRunStore(store, (each) => hasEnded(each.run.status));
  const deployed = deployedBy(run);
  const url = deployed && addressOf(deployed);
  return (
    <>
      {url && (
        <a href={url} target="_blank" rel="noreferrer" className={buttonClass("primary")}>
          <ExternalLink aria-hidden />
          {t("Open the application")}
        </a>
      )}
      <PauseButton runId={run.id} store={store} />
      <CancelButton runId={run.id} store={store} />
      {run.workflow_id && (
        <Link to={`/workflows/${run.workflow_id}`} className={buttonClass("plain")}>
          <Workflow aria-hidden />
          <span className="max-sm:sr-only">{t("Workflow")}</span>
        </Link>
      )}
      {run.workflow_id && ended && (
        <RunButton
          workflowId={run.workflow_id}
          name={title}
          document={run.document}
          version={run.workflow_version}
          inputs={isRecord(run.inputs) ? run.inputs : {}}
          label={t("Run again")}
          weight={url ? "plain" : "primary"}
          onStarted={(execution) => navigate(`/runs/${execution.id}`)}
        />
      )}
    </>
  );
}

function RunView({ run, store }: { run: ExecutionDetail; store: RunStore }) {
  const [params, setParams] = useSearchParams();
  const { ports } = useCatalogue();
  const refresh = useRefreshRun(run.id, store);
  const graph = useMemo(() => readGraph(run.document), [run.document]);
  const labels = useMemo(() => labelsOf(graph), [graph]);
  const edges = useMemo(() => edgesOf(graph), [graph]);
  const selected = params.get("node");
  const [typed] = useState(() => new TypedAnswers());
  const select = useCallback(
    (node: string | null) => setParams(node ? { node } : {}, { replace: true, preventScrollReset: true }),
    [setParams],
  );
  const node = selected === null ? undefined : findNode(graph, selected);
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <UnsentAnswers store={store} typed={typed} />
      <div className="flex min-w-0 flex-1 flex-col max-md:flex-none md:min-h-0">
        <div className="min-h-0 flex-1 max-md:h-[50vh] max-md:flex-none">
          <WorkflowCanvas
            document={run.document}
            layout={run.layout}
            ports={ports}
            progress={store}
            selected={selected}
            onSelect={select}
          />
        </div>
        <div className="thin-scroll shrink-0 overflow-y-auto border-y border-line bg-page py-1 md:max-h-[36%] md:border-b-0">
          <StepList store={store} labels={labels} edges={edges} selected={selected} onSelect={select} />
        </div>
      </div>
      {selected ? (
        <SidePanel
          label={t("Step")}
          title={
            node ? <NodeTitle node={node} /> : <h2 className="truncate font-mono text-sm">{selected}</h2>
          }
          onClose={() => select(null)}
        >
          <ChosenStep
            key={selected}
            runId={run.id}
            path={selected}
            store={store}
            refresh={refresh}
            typed={typed}
          />
        </SidePanel>
      ) : (
        <SidePanel label={t("Run")} title={<h2 className="font-medium">{t("This run")}</h2>}>
          <RunPanel run={run} store={store} />
        </SidePanel>
      )}
    </div>
  );
}

interface ChosenStepProps {
  runId: string;
  path: string;
  store: RunStore;
  refresh: () => void;
  typed: TypedAnswers;
}

function ChosenStep({ runId, path, store, refresh, typed }: ChosenStepProps) {
  const navigate = useNavigate();
  const step = useRunStore(store, (each) => each.run.steps.get(path) ?? each.stepOfNode(path));
  const ended = useRunStore(store, (each) => hasEnded(each.run.status));
  if (!step) return <NoStep />;
  const actions = (
    <>
      {step.wait && <StepAnswer key={step.wait.id} wait={step.wait} typed={typed} />}
      {ended && (
        <RerunButtons runId={runId} path={step.path} onStarted={(run) => navigate(`/runs/${run.id}`)} />
      )}
    </>
  );
  return <StepPanel store={store} step={step} refresh={refresh} actions={actions} />;
}
