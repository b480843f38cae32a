// /workflows/:id/edit: a workflow being designed, and run where it is drawn. The id `new` is one that is not saved yet.
// Who may not change it looks at the same canvas, its text and its versions.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useMay } from "@/api/profile";
import { listSecretNames } from "@/api/secret-names";
import type { ExecutionDetail } from "@/api/types";
import { Button, buttonClass } from "@/components/button";
import { edgesOf, labelsOf, readGraph } from "@/components/canvas/graph";
import { useCatalogue } from "@/components/canvas/use-catalogue";
import { Crumbs } from "@/components/crumbs";
import { FailureNotice } from "@/components/failure-notice";
import { Page } from "@/components/page";
import { Waiting } from "@/components/waiting";
import { StepAnswer } from "@/features/answers/step-answer";
import { TypedAnswers } from "@/features/answers/typed-answers";
import { listVariables } from "@/features/designer/api/list-variables";
import { openWorkflow } from "@/features/designer/api/open-workflow";
import { pinServer, readPins } from "@/features/designer/api/pins";
import { Designer } from "@/features/designer/designer";
import { sampleOf } from "@/features/designer/expressions/sample";
import { ancestorsOf } from "@/features/designer/expressions/scope";
import { NodeData } from "@/features/designer/node-data";
import { locate, nodesOf } from "@/features/designer/operations/document";
import { type Pin, type Pins, pinsOf } from "@/features/designer/pins/pins";
import { DesignerStore, type SavedVersion, useDesigner } from "@/features/designer/store";
import { useSave } from "@/features/designer/use-save";
import { getExecution } from "@/features/runs/api/get-execution";
import { listExecutions } from "@/features/runs/api/list-executions";
import { useRerunExecution } from "@/features/runs/api/steer-execution";
import { CancelButton } from "@/features/runs/cancel-button";
import { RunFromButton } from "@/features/runs/run-from-button";
import { RunStatus } from "@/features/runs/run-status";
import { type RunStore, useRunStore } from "@/features/runs/run-store";
import { StepList } from "@/features/runs/step-list";
import { NoStep, StepPanel } from "@/features/runs/step-panel";
import { useLiveRun, useRefreshRun } from "@/features/runs/use-live-run";
import { getWorkflow } from "@/features/workflows/api/get-workflow";
import { PublishButton, VersionNote } from "@/features/workflows/publish-button";
import { RunDialog } from "@/features/workflows/run-dialog";
import { drafts } from "@/lib/draft-keeper";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { SingleFlight } from "@/lib/single-flight";
import { hasEnded } from "@/lib/status";
import { passUnasked } from "@/lib/unsaved";
import { UnsentAnswers } from "../unsent-answers";
import { useDraft } from "../use-draft";
import { useOpening } from "../use-opening";
import { Withheld } from "./withheld";

const NEW = "new";

export function DesignerPage() {
  const { id = "" } = useParams();
  const { kinds, ports, error, refetch } = useCatalogue();
  const mayWrite = useMay("workflows:write");
  const [store, setStore] = useState<DesignerStore | null>(null);
  const queries = useQueryClient();
  const isReady = kinds.size > 0;
  const isOpen = store !== null && (store.base.id ?? NEW) === id;
  const open = useCallback(
    async (signal: AbortSignal) => {
      const isNew = id === NEW;
      const [opened, kept] = await Promise.all([
        isNew ? undefined : openWorkflow(id, signal),
        // A workflow can be worked on without its pins: the store asks for them again, and says so where it asks in vain.
        isNew ? undefined : readPins(id, signal).catch(() => undefined),
        drafts.lookAround(),
      ]);
      // What is published is known at once: buttons that came later would move the others from under a mouse.
      if (opened) queries.setQueryData(getWorkflow(id).queryKey, opened.workflow);
      const pins = { server: pinServer, kept };
      return () => setStore(new DesignerStore({ kinds, ports }, opened, pins, !mayWrite));
    },
    [id, kinds, ports, mayWrite, queries],
  );
  const opening = useOpening(isReady && !isOpen, open);
  if (!mayWrite && id === NEW)
    return <Withheld takes="workflows:write" list={{ to: "/workflows", label: t("Workflows") }} />;
  if (isOpen) return <OpenDesigner store={store} />;
  return (
    <Page
      fill
      title={t("Workflow")}
      heading={<Crumbs parent={{ to: "/workflows", label: t("Workflows") }} title="…" />}
    >
      {isReady ? (
        <Waiting
          reading={t("Reading the workflow")}
          unreadable={t("The workflow could not be opened")}
          {...opening}
        />
      ) : (
        <Waiting
          reading={t("Reading the workflow")}
          unreadable={t("The kinds of nodes could not be read")}
          failure={error}
          onRetry={() => refetch()}
        />
      )}
    </Page>
  );
}

interface Request {
  saved: SavedVersion;
  only: string | undefined;
  /** Two requests for the same are two. */
  number: number;
}

function OpenDesigner({ store }: { store: DesignerStore }) {
  const navigate = useNavigate();
  const id = useDesigner(store, (each) => each.base.id);
  const version = useDesigner(store, (each) => each.base.version);
  const document = useDesigner(store, (each) => each.draft.document);
  const pins = useDesigner(store, (each) => each.pins);
  const isDirty = useDesigner(store, (each) => each.isDirty);
  const mayRun = useMay("workflows:run");
  const saving = useSave(
    store,
    useCallback(
      (created: string) => passUnasked(() => navigate(`/workflows/${created}/edit`, { replace: true })),
      [navigate],
    ),
  );
  const [request, setRequest] = useState<Request | null>(null);
  const [beginning] = useState(() => new SingleFlight<void>());
  const [runId, setRunId] = useState<string | null>(null);
  const latest = useLatestRun(id, runId);
  const known = useQuery({ ...getWorkflow(id ?? ""), enabled: id !== undefined }).data;
  // What is edited may be of an older version than the one that was read last: which is published is told by that, and
  // only the newest is offered to be.
  const workflow = known && { ...known, version };
  const vars = useQuery({ ...listVariables, enabled: useMay("variables:read") }).data;
  const run = useQuery({ ...getExecution(latest ?? ""), enabled: latest !== null }).data;
  const secrets = useQuery({ ...listSecretNames, enabled: useMay("secrets:read") }).data;
  const sample = useMemo(() => sampleOf(run, vars ?? {}, pins, secrets), [run, vars, pins, secrets]);
  const rerun = useRerunExecution(latest ?? "");
  const runningFrom = useRerunExecution(latest ?? "");
  const [followed, setFollowed] = useState<RunStore | null>(null);
  // By its id: the list may have told of a run, and it be followed, before the request that began it was answered.
  const runStore = followed?.id === latest ? followed : null;
  const [typed] = useState(() => new TypedAnswers());
  const [showsTimes, setShowsTimes] = useState(false);
  const { save } = saving;
  useDraft(
    store,
    t("this workflow"),
    useCallback(async () => (await save()) !== undefined, [save]),
  );

  const title = typeof document.label === "string" && document.label !== "" ? document.label : document.name;
  const progress = runId === null ? null : runStore;
  const data = (node: string) => (
    <NodeData
      store={store}
      node={node}
      output={sample.nodes[node]}
      step={
        latest !== null && runStore ? (
          <LastStep
            key={`${latest} ${node}`}
            runId={latest}
            node={node}
            store={runStore}
            typed={typed}
            isDirty={isDirty}
            isBusy={rerun.isPending || runningFrom.isPending || saving.busy || request !== null}
            onRunFrom={() => void once(() => runFromHere(node))}
          />
        ) : (
          <NoStep />
        )
      }
      onRun={mayRun && id !== undefined ? () => void once(() => runOne(node)) : undefined}
    />
  );
  const started = (execution: { id: string }) => {
    setRequest(null);
    setRunId(execution.id);
  };
  /** One run at a time is begun here: whatever is pressed until it has begun goes along with it. */
  const once = (work: () => Promise<void>) => beginning.do(work, () => false);
  /** What the node needs comes from the last run where that has it; otherwise that runs, too. */
  const begin = async (saved: SavedVersion, only: string | undefined) => {
    if (request !== null) return;
    const given = trialPins(saved);
    const hasStep = (node: string) => run?.steps.some((step) => step.path === node) ?? false;
    if (only !== undefined && run && hasEnded(run.status) && hasStep(only)) {
      const pinned = Object.keys(given).filter((node) => node !== only && hasStep(node));
      const order = { from: [only, ...pinned], version: saved.version, only, pins: { ...given } };
      const begun = await rerun.mutateAsync(order).catch(() => undefined);
      if (begun) return started(begun);
    }
    setRequest((before) => before ?? { saved, only, number: Date.now() });
  };
  /** Somebody else may have pinned data to a node that this version does not have. */
  const trialPins = (saved: SavedVersion) =>
    pinsOf(pins, new Set([...nodesOf(saved.document)].map((each) => each.id)));
  const runOne = async (node: string) => {
    store.settleTyping();
    if (store.isDirty && !(await saving.save())) return;
    const saved = store.savedVersion();
    if (saved) await begin(saved, node);
  };
  /** Goes on from a node of the last run in the version that was saved just now. What was pinned otherwise since then counts, too. */
  const runFrom = async (saved: SavedVersion, node: string) => {
    if (request !== null) return;
    const path = runStore?.stepOfNode(node)?.path ?? node;
    const given = trialPins(saved);
    const before = locate(saved.document, node);
    const ancestors = before ? ancestorsOf(before.block.edges ?? [], node) : [];
    const isNews = (id: string) =>
      run?.steps.some((step) => step.path === id && !sameJson(step.output, given[id]?.output)) ?? false;
    const changed = ancestors.filter((id) => id in given && isNews(id));
    const order = { from: [path, ...changed], version: saved.version, pins: { ...given } };
    const begun = await runningFrom.mutateAsync(order).catch(() => undefined);
    if (begun) started(begun);
  };
  const runFromHere = async (node: string) => {
    store.settleTyping();
    if (store.isDirty && !(await saving.save())) return;
    const saved = store.savedVersion();
    if (saved) await runFrom(saved, node);
  };
  return (
    <>
      <Designer
        store={store}
        saving={saving}
        progress={progress}
        sample={sample}
        data={data}
        mayRun={mayRun}
        publish={known?.version === version && <PublishButton workflow={known} />}
        title={title}
        heading={
          <Crumbs
            parent={{ to: "/workflows", label: t("Workflows") }}
            self={id === undefined ? undefined : `/workflows/${id}`}
            title={title}
          >
            {workflow ? (
              <VersionNote workflow={workflow} />
            ) : (
              <span className="text-muted text-xs">
                {id === undefined ? t("not saved yet") : `v${version}`}
              </span>
            )}
          </Crumbs>
        }
        runLine={
          <>
            {runningFrom.isError && (
              <div className="p-2">
                <FailureNotice failure={runningFrom.error} title={t("No new run was started")} />
                <Button weight="quiet" onClick={() => runningFrom.reset()}>
                  {t("Hide")}
                </Button>
              </div>
            )}
            {progress && runId !== null && (
              <RunLine
                runId={runId}
                store={progress}
                showsTimes={showsTimes}
                onTimes={() => setShowsTimes(!showsTimes)}
                onClose={() => setRunId(null)}
              />
            )}
          </>
        }
        times={showsTimes && run && runStore && <Times run={run} store={runStore} designer={store} />}
        onTimes={latest === null ? undefined : () => setShowsTimes(!showsTimes)}
        onRun={(saved, only) => void once(() => begin(saved, only))}
        onRunFrom={
          run && hasEnded(run.status) ? (saved, node) => void once(() => runFrom(saved, node)) : undefined
        }
      />
      {runStore && <UnsentAnswers store={runStore} typed={typed} />}
      {latest !== null && <RunFollower key={latest} id={latest} onStore={setFollowed} />}
      {request && (
        <RunDialog
          key={request.number}
          workflowId={request.saved.id}
          name={title}
          document={request.saved.document}
          version={request.saved.version}
          inputs={sample.inputs}
          trial={{
            ...(request.only !== undefined && { only: request.only }),
            ...trialOf(trialPins(request.saved)),
          }}
          onStarted={started}
          onClose={() => setRequest(null)}
        />
      )}
    </>
  );
}

function trialOf(pins: Pins): { pins?: Record<string, Pin> } {
  return Object.keys(pins).length > 0 ? { pins: { ...pins } } : {};
}

/** The run that was begun here; before that, the last one that the workflow had. */
function useLatestRun(workflowId: string | undefined, runId: string | null): string | null {
  const query = useQuery({
    ...listExecutions({ workflowId: workflowId ?? "", limit: 1 }),
    enabled: workflowId !== undefined && runId === null,
    refetchInterval: false,
  });
  return runId ?? (workflowId === undefined ? null : (query.data?.items[0]?.id ?? null));
}

/** Follows a run without showing anything: the canvas and the inspector read its store. */
function RunFollower({ id, onStore }: { id: string; onStore: (store: RunStore) => void }) {
  const { store } = useLiveRun(id);
  useEffect(() => {
    if (store) onStore(store);
  }, [store, onStore]);
  return store ? <Refresher id={id} store={store} /> : null;
}

function Refresher({ id, store }: { id: string; store: RunStore }) {
  useRefreshRun(id, store);
  return null;
}

/** Where the time of the last run went; what is chosen there is chosen on the canvas. */
function Times({ run, store, designer }: { run: ExecutionDetail; store: RunStore; designer: DesignerStore }) {
  const graph = useMemo(() => readGraph(run.document), [run.document]);
  const labels = useMemo(() => labelsOf(graph), [graph]);
  const edges = useMemo(() => edgesOf(graph), [graph]);
  const chosen = useDesigner(designer, (each) =>
    each.selection.length === 1 ? each.selection[0] : undefined,
  );
  const step = useRunStore(store, (each) => (chosen === undefined ? undefined : each.stepOfNode(chosen)));
  const select = (path: string) => {
    const node = store.run.steps.get(path)?.node;
    if (node !== undefined && locate(designer.draft.document, node)) designer.select([node]);
  };
  return <StepList {...{ store, labels, edges }} selected={step?.path ?? null} onSelect={select} />;
}

interface RunLineProps {
  runId: string;
  store: RunStore;
  showsTimes: boolean;
  onTimes: () => void;
  onClose: () => void;
}

function RunLine({ runId, store, showsTimes, onTimes, onClose }: RunLineProps) {
  const createdAt = useQuery(getExecution(runId)).data?.created_at;
  return (
    <div
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-canvas px-3 py-1.5 text-sm"
      data-run={runId}
    >
      <span className="font-medium">{t("This run")}</span>
      {createdAt && <RunStatus store={store} createdAt={createdAt} />}
      <span className="ml-auto flex items-center gap-1.5">
        <CancelButton runId={runId} store={store} />
        <Button aria-pressed={showsTimes} onClick={onTimes}>
          {t("Times")}
        </Button>
        <Link to={`/runs/${runId}`} className={buttonClass("plain")}>
          {t("Open the run")}
        </Link>
        <Button weight="quiet" onClick={onClose}>
          {t("Hide")}
        </Button>
      </span>
    </div>
  );
}

interface LastStepProps {
  runId: string;
  node: string;
  store: RunStore;
  typed: TypedAnswers;
  isDirty: boolean;
  isBusy: boolean;
  onRunFrom: () => void;
}

function LastStep({ runId, node, store, typed, isDirty, isBusy, onRunFrom }: LastStepProps): ReactNode {
  const step = useRunStore(store, (each) => each.stepOfNode(node));
  const ended = useRunStore(store, (each) => hasEnded(each.run.status));
  const refresh = useRefreshRun(runId, store);
  if (!step) return <NoStep />;
  const actions = (
    <>
      {step.wait && <StepAnswer key={step.wait.id} wait={step.wait} typed={typed} />}
      {ended && <RunFromButton unsaved={isDirty} disabled={isBusy} onRun={onRunFrom} />}
    </>
  );
  return <StepPanel store={store} step={step} refresh={refresh} actions={actions} />;
}
