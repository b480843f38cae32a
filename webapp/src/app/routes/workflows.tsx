// /workflows
import { useNavigate } from "react-router";
import { Page } from "@/components/page";
import { AddWorkflow } from "@/features/workflows/add-workflow";
import { WorkflowList } from "@/features/workflows/workflow-list";

export function WorkflowsPage() {
  const navigate = useNavigate();
  const add = <AddWorkflow onAdded={(workflow) => navigate(`/workflows/${workflow.id}`)} />;
  return (
    <Page title="Workflows" actions={add}>
      <WorkflowList />
    </Page>
  );
}
