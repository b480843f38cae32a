// /workflows/:id: the graph of a workflow, what a chosen node is set to, and how to run it.

import { useQuery } from "@tanstack/react-query";
import { History as HistoryIcon, Pencil } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useMay } from "@/api/profile";
import type { Workflow } from "@/api/types";
import { buttonClass } from "@/components/button";
import { findNode, readGraph } from "@/components/canvas/graph";
import { NodeSettings } from "@/components/canvas/node-settings";
import { NodeTitle } from "@/components/canvas/node-title";
import { useCatalogue } from "@/components/canvas/use-catalogue";
import { WorkflowCanvas } from "@/components/canvas/workflow-canvas";
import { Crumbs } from "@/components/crumbs";
import { Page } from "@/components/page";
import { PanelSection, SidePanel } from "@/components/side-panel";
import { SkeletonRows } from "@/components/skeleton";
import { Waiting } from "@/components/waiting";
import { LatestRuns } from "@/features/runs/latest-runs";
import { getWorkflow } from "@/features/workflows/api/get-workflow";
import { PublishButton, VersionNote } from "@/features/workflows/publish-button";
import { RunButton } from "@/features/workflows/run-button";
import { t } from "@/lib/i18n";
import { readForm } from "@/lib/input-form";

/** Not needed to see the page: it comes after. */
const RecordMore = lazy(() => import("../record-more").then((m) => ({ default: m.RecordMore })));

const WorkflowTriggers = lazy(() =>
  import("../workflow-triggers").then((m) => ({ default: m.WorkflowTriggers })),
);

export function WorkflowPage() {
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const query = useQuery(getWorkflow(id));
  const mayEdit = useMay("workflows:write");
  const workflow = query.data;
  const title = workflow ? workflow.label || workflow.name : t("Workflow");
  return (
    <Page
      fill
      title={title}
      heading={
        <Crumbs parent={{ to: "/workflows", label: t("Workflows") }} title={title}>
          {workflow && <VersionNote workflow={workflow} />}
        </Crumbs>
      }
      actions={
        workflow && (
          <>
            <Link to={`/workflows/${id}/edit`} className={buttonClass("plain")}>
              {mayEdit ? <Pencil aria-hidden /> : <HistoryIcon aria-hidden />}
              {mayEdit ? t("Edit") : t("Versions and text")}
            </Link>
            <PublishButton workflow={workflow} />
            <RunButton
              workflowId={id}
              name={title}
              document={workflow.document}
              version={workflow.version}
              onStarted={(execution) => navigate(`/runs/${execution.id}`)}
            />
          </>
        )
      }
    >
      {workflow ? (
        <WorkflowView key={workflow.id} workflow={workflow} />
      ) : (
        <Waiting
          reading={t("Reading the workflow")}
          unreadable={t("The workflow could not be read")}
          failure={query.error}
          onRetry={() => query.refetch()}
        />
      )}
    </Page>
  );
}

function WorkflowView({ workflow }: { workflow: Workflow }) {
  const [selected, setSelected] = useState<string | null>(null);
  const { kinds, ports } = useCatalogue();
  const graph = useMemo(() => readGraph(workflow.document), [workflow.document]);
  const node = selected === null ? undefined : findNode(graph, selected);
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <div className="min-h-[55vh] min-w-0 flex-1 max-md:flex-none max-md:border-b max-md:border-line">
        <WorkflowCanvas
          document={workflow.document}
          layout={workflow.layout}
          ports={ports}
          progress={null}
          selected={selected}
          onSelect={setSelected}
        />
      </div>
      {node ? (
        <SidePanel label={t("Node")} title={<NodeTitle node={node} />} onClose={() => setSelected(null)}>
          <NodeSettings node={node} kind={kinds.get(node.kind)} />
        </SidePanel>
      ) : (
        <SidePanel label={t("Workflow")} title={<h2 className="font-medium">{t("About this workflow")}</h2>}>
          <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3 pt-0">
            <p className="text-sm text-muted">{workflow.description || t("It has no description.")}</p>
            <Inputs document={workflow.document} />
            <Suspense fallback={<SkeletonRows rows={2} label={t("Reading what begins it")} />}>
              <WorkflowTriggers id={workflow.id} />
            </Suspense>
            <PanelSection title={t("Latest runs")}>
              <LatestRuns
                workflowId={workflow.id}
                limit={8}
                empty={
                  <p className="text-sm text-muted">
                    {t("It has not run yet. Press Run to see its nodes light up.")}
                  </p>
                }
              />
            </PanelSection>
            <Suspense>
              <RecordMore model="workflows" id={workflow.id} />
            </Suspense>
          </div>
        </SidePanel>
      )}
    </div>
  );
}

function Inputs({ document }: { document: unknown }) {
  const fields = readForm(document);
  if (fields.length === 0) return null;
  return (
    <PanelSection title={t("Inputs")}>
      <ul className="space-y-1 text-sm">
        {fields.map((field) => (
          <li key={field.name} className="flex flex-wrap items-baseline gap-x-2">
            <code className="font-mono text-xs">{field.name}</code>
            <span className="text-muted">
              {field.required
                ? t("required")
                : field.initial
                  ? t("default {{initial}}", { initial: field.initial })
                  : t("optional")}
            </span>
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}
