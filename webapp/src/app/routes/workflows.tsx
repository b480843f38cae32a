// /workflows: every workflow of the workspace, and the ways to a new one.

import { PencilRuler } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { AddWorkflow } from "@/features/workflows/add-workflow";
import { WorkflowList } from "@/features/workflows/workflow-list";
import { t } from "@/lib/i18n";

export function WorkflowsPage() {
  const navigate = useNavigate();
  const mayWrite = useMay("workflows:write");
  return (
    <Page
      title={t("Workflows")}
      actions={
        <>
          <AddWorkflow onAdded={(workflow) => navigate(`/workflows/${workflow.id}`)} />
          {mayWrite && (
            <Link to="/workflows/new/edit" className={buttonClass("primary")}>
              <PencilRuler aria-hidden />
              {t("Design a workflow")}
            </Link>
          )}
        </>
      }
    >
      <WorkflowList />
    </Page>
  );
}
